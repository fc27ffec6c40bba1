// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which auth providers are asked, by their names, in order. Immutable; any thread.
 *
 * @param ofAll for a listener that nothing particular is said about
 * @param ofListeners for those that have a chain of their own, by their names
 */
record ChainNames(List<String> ofAll, Map<String, List<String>> ofListeners) {

    /** Stands for the provider that is there, whatever it is called. */
    static final String ANY = "";

    private static final List<String> THE_ONE_THERE_IS = List.of(ANY);

    /** Copies. */
    ChainNames {
        ofAll = List.copyOf(ofAll);
        ofListeners = Map.copyOf(ofListeners);
    }

    /**
     * Reads a configuration.
     *
     * @param names for every listener; none for the provider that is there
     * @param listeners {@code LISTENER=NAME NAME …} each
     * @param key where {@code listeners} was read
     * @throws IllegalArgumentException if one of them is something else
     */
    static ChainNames parse(String[] names, String[] listeners, String key) {
        List<String> ofAll = words(List.of(names));
        Map<String, List<String>> ofListeners = new HashMap<>();
        for (String listener : listeners) {
            if (listener.isBlank()) {
                continue;
            }
            int equals = listener.indexOf('=');
            List<String> own = words(List.of(listener.substring(equals + 1).split(" ")));
            String name = equals < 0 ? "" : listener.substring(0, equals).strip();
            if (name.isEmpty() || own.isEmpty() || ofListeners.put(name, own) != null) {
                throw new IllegalArgumentException(BrokerComponent.PID + ": " + key
                        + ": expected LISTENER=NAME NAME ..., once for a listener, got '" + listener + "'");
            }
        }
        return new ChainNames(ofAll.isEmpty() ? THE_ONE_THERE_IS : ofAll, ofListeners);
    }

    private static List<String> words(List<String> texts) {
        List<String> words = new ArrayList<>();
        for (String text : texts) {
            if (!text.isBlank()) {
                words.add(text.strip());
            }
        }
        return words;
    }

    /** Every name that is in a chain. */
    Set<String> all() {
        Set<String> all = new HashSet<>(ofAll);
        ofListeners.values().forEach(all::addAll);
        return all;
    }
}
