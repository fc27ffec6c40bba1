// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stores that come and go, by their names, and which of them are in use.
 *
 * <p>Of several with the name that is wanted the one with the highest ranking is in use, and of these the one that came first. If no
 * name is wanted, one that is in use stays so as long as there is one of its name, whatever else comes.
 *
 * <p>Any thread that is nobody's home: the engine waits for those.
 */
final class Stores {
    private final Consumer<@Nullable SessionStore> useSessions;
    private final Consumer<@Nullable RetainedStore> useRetained;

    /** In the order in which they came. Guarded by this, as what follows. */
    private final List<Provider<SessionStore>> sessionStores = new ArrayList<>();

    private final List<Provider<RetainedStore>> retainedStores = new ArrayList<>();
    private @Nullable Provider<SessionStore> sessions;
    private @Nullable Provider<RetainedStore> retained;
    private String wanted;

    private record Provider<T>(T store, String name, int ranking) {}

    /** The two halves of one store. */
    record Pair(SessionStore sessions, RetainedStore retained) {}

    /**
     * None yet.
     *
     * @param wanted the name of the one that has everything; {@link StoreChoice#ANY} for the one that there is
     * @param useSessions takes each new state; {@code null} if there is none
     * @param useRetained the same
     */
    Stores(String wanted, Consumer<@Nullable SessionStore> useSessions, Consumer<@Nullable RetainedStore> useRetained) {
        this.wanted = wanted;
        this.useSessions = useSessions;
        this.useRetained = useRetained;
    }

    synchronized void add(SessionStore next, Map<String, ?> properties) {
        sessionStores.add(provider(next, properties));
        chooseSessions();
    }

    synchronized void remove(SessionStore gone) {
        sessionStores.removeIf(provider -> provider.store == gone);
        chooseSessions();
    }

    synchronized void add(RetainedStore next, Map<String, ?> properties) {
        retainedStores.add(provider(next, properties));
        chooseRetained();
    }

    synchronized void remove(RetainedStore gone) {
        retainedStores.removeIf(provider -> provider.store == gone);
        chooseRetained();
    }

    private static <T> Provider<T> provider(T store, Map<String, ?> properties) {
        return new Provider<>(
                store,
                properties.get(SessionStore.NAME) instanceof String name ? name : StoreChoice.ANY,
                ServiceProperties.ranking(properties));
    }

    private void chooseSessions() {
        Provider<SessionStore> next = choose(sessionStores, sessions);
        if (next != sessions) {
            sessions = next;
            useSessions.accept(next == null ? null : next.store);
        }
    }

    private void chooseRetained() {
        Provider<RetainedStore> next = choose(retainedStores, retained);
        if (next != retained) {
            retained = next;
            useRetained.accept(next == null ? null : next.store);
        }
    }

    /** Of the name that is wanted, or if none is, of that of the one in use, or if none is, of any. */
    private <T> @Nullable Provider<T> choose(List<Provider<T>> providers, @Nullable Provider<T> inUse) {
        Provider<T> next = null;
        if (wanted.equals(StoreChoice.ANY) && inUse != null) {
            next = first(providers.stream().filter(provider -> provider.name.equals(inUse.name)));
        }
        return next == null ? find(providers, wanted) : next;
    }

    private static <T> @Nullable Provider<T> find(List<Provider<T>> providers, String name) {
        return first(providers.stream().filter(provider -> name.equals(StoreChoice.ANY) || name.equals(provider.name)));
    }

    private static <T> @Nullable Provider<T> first(Stream<Provider<T>> providers) {
        return providers
                .min(Comparator.comparingInt(provider -> -provider.ranking))
                .orElse(null);
    }

    /** What is wanted and not here, in words; {@code null} if all is. */
    synchronized @Nullable String missing() {
        boolean here = sessions != null && retained != null;
        return here || wanted.equals(StoreChoice.ANY) ? null : "the store " + wanted;
    }

    /** The name of the one in use; {@link StoreChoice#ANY} if its two halves have two names, or none. */
    synchronized String inUse() {
        return sessions != null && retained != null && sessions.name.equals(retained.name)
                ? sessions.name
                : StoreChoice.ANY;
    }

    /** The names of those that are here, as a sentence has them. */
    synchronized String names() {
        TreeSet<String> names = new TreeSet<>();
        Stream.concat(sessionStores.stream(), retainedStores.stream()).forEach(provider -> names.add(provider.name));
        names.remove(StoreChoice.ANY);
        return names.isEmpty() ? "none that has a name" : String.join(", ", names);
    }

    /** The one with this name; {@code null} if it is not here as a whole. */
    synchronized @Nullable Pair get(String name) {
        Provider<SessionStore> ofSessions = find(sessionStores, name);
        Provider<RetainedStore> ofRetained = find(retainedStores, name);
        return ofSessions == null || ofRetained == null ? null : new Pair(ofSessions.store, ofRetained.store);
    }

    /**
     * Another one is in use from now on; nobody comes or goes meanwhile.
     *
     * @param change gets it into use; if it throws, the one before is in use
     * @throws IllegalStateException if it is not here any more
     */
    synchronized void switchTo(String name, Pair to, Runnable change) {
        if (!to.equals(get(name))) {
            throw new IllegalStateException("the store " + name + " has gone");
        }
        change.run();
        wanted = name;
        sessions = find(sessionStores, name);
        retained = find(retainedStores, name);
    }
}
