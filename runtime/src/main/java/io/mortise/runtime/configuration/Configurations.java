// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import io.mortise.runtime.plan.AttributeDefinition;
import io.mortise.runtime.plan.AttributeDefinition.Type;
import io.mortise.runtime.plan.ConfigurationDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is configured, and whether it may be: the defaults of the features, over them the file in {@code conf/}, over both
 * what the command line sets. Immutable.
 */
public final class Configurations {

    private static final AttributeDefinition RANKING =
            new AttributeDefinition("service.ranking", Type.INTEGER, 0, "0", null, null, List.of());

    private final Map<String, Map<String, String>> defaults;
    private final List<Setting> settings;
    private final Map<String, ConfigurationDefinition> definitions;

    public Configurations(
            Map<String, Map<String, String>> defaults,
            List<Setting> settings,
            Map<String, ConfigurationDefinition> definitions) {
        this.defaults = Map.copyOf(defaults);
        this.settings = List.copyOf(settings);
        this.definitions = Map.copyOf(definitions);
    }

    /** The PIDs that are configured without any file. */
    public Set<String> pids() {
        Set<String> pids = new TreeSet<>(defaults.keySet());
        settings.forEach(setting -> pids.add(setting.pid()));
        return pids;
    }

    /** Whether a bundle of the plan said what may be configured at {@code pid}. */
    public boolean isDefined(String pid) {
        return definitions.containsKey(factoryPid(pid));
    }

    /**
     * The values of {@code pid}, each of the type that metatype gives it; {@code null} if nothing configures it.
     *
     * @throws RefusedConfiguration if a key or a value is not what metatype allows
     */
    public @Nullable Map<String, Object> effective(String pid, @Nullable ConfigurationFile file)
            throws RefusedConfiguration {
        Check check = new Check(pid);
        Map<String, String> fromFeature = defaults.get(pid);
        if (fromFeature != null) {
            fromFeature.forEach((key, value) -> check.add("feature default for " + pid, key, value));
        }
        // A file in which everything is commented out says nothing; it does not make one more listener.
        boolean fileSpeaks = file != null && !file.values().isEmpty();
        if (file != null) {
            file.values().forEach((key, value) -> check.add(file.path().toString(), key, value));
        }
        boolean set = false;
        for (Setting setting : settings) {
            if (setting.pid().equals(pid)) {
                check.add("--set " + pid, setting.key(), setting.value());
                set = true;
            }
        }
        if (fromFeature == null && !fileSpeaks && !set) {
            return null;
        }
        if (fileSpeaks || set) {
            check.name(fileSpeaks && file != null ? file.path().toString() : "--set " + pid);
        }
        return check.values();
    }

    /** {@code pid} up to the {@code ~} that names one of many configurations. */
    public static String factoryPid(String pid) {
        int tilde = pid.indexOf('~');
        return tilde < 0 ? pid : pid.substring(0, tilde);
    }

    /** Looks at each key and value of one PID, and remembers what is wrong. */
    private final class Check {
        private final String pid;
        private final @Nullable ConfigurationDefinition definition;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();

        Check(String pid) {
            this.pid = pid;
            this.definition = definitions.get(factoryPid(pid));
        }

        void add(String origin, String key, String text) {
            if (definition == null) {
                values.put(key, text);
                return;
            }
            AttributeDefinition attribute = key.equals(RANKING.key()) ? RANKING : definition.attribute(key);
            if (attribute == null && isComponentProperty(key)) {
                values.put(key, text);
                return;
            }
            if (attribute == null) {
                problems.add(origin + ": " + key + ": there is no such key; "
                        + nearest(key, definition.attributes().keySet()));
                return;
            }
            try {
                values.put(key, attribute.parse(text));
            } catch (IllegalArgumentException e) {
                problems.add(
                        origin + ": " + key + " = " + shown(attribute, text) + ": expected " + attribute.expected());
            }
        }

        void name(String origin) {
            if (definition == null) {
                return;
            }
            boolean named = pid.indexOf('~') >= 0;
            if (definition.factory() && !named) {
                problems.add(
                        origin + ": expected a name, as in " + pid + "~default, since there can be many of " + pid);
            } else if (!definition.factory() && named) {
                problems.add(origin + ": expected " + definition.pid() + " without a name, since there is only one");
            }
        }

        Map<String, Object> values() throws RefusedConfiguration {
            if (!problems.isEmpty()) {
                throw new RefusedConfiguration(problems);
            }
            return values;
        }

        /** What Declarative Services and the framework understand for every component (112.6). */
        private boolean isComponentProperty(String key) {
            return key.endsWith(".target") || key.endsWith(".cardinality.minimum") || key.startsWith("service.");
        }

        private String nearest(String key, Collection<String> known) {
            return known.isEmpty()
                    ? factoryPid(pid) + " has no keys"
                    : "the nearest are " + String.join(", ", Spelling.nearest(key, known));
        }

        /** A password is not for the log. */
        private static String shown(AttributeDefinition attribute, String text) {
            return attribute.type() == Type.PASSWORD ? "…" : text;
        }
    }
}
