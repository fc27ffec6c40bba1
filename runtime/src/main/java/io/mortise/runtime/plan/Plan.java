// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a feature comes to: bundles, default configuration, and what may be configured. Immutable.
 *
 * @param bundles in the order in which they are installed
 * @param configurations PID to keys and values, the values as a file in {@code conf/} would spell them
 * @param definitions PID, or factory PID, to what may be configured there
 */
public record Plan(
        List<PlannedBundle> bundles,
        Map<String, Map<String, String>> configurations,
        Map<String, ConfigurationDefinition> definitions) {

    public Plan {
        bundles = List.copyOf(bundles);
        configurations = copyOfEach(configurations);
        definitions = Map.copyOf(definitions);
    }

    /** The plan of nothing at all. */
    public static Plan empty() {
        return new Plan(List.of(), Map.of(), Map.of());
    }

    /** Both together; where both say something about the same key, {@code other} is right. */
    public Plan and(Plan other) {
        var bundles = new LinkedHashMap<String, PlannedBundle>();
        this.bundles.forEach(bundle -> bundles.put(bundle.path(), bundle));
        other.bundles.forEach(bundle -> bundles.put(bundle.path(), bundle));
        var configurations = new LinkedHashMap<String, Map<String, String>>();
        merge(configurations, this.configurations);
        merge(configurations, other.configurations);
        var definitions = new LinkedHashMap<>(this.definitions);
        definitions.putAll(other.definitions);
        return new Plan(new ArrayList<>(bundles.values()), configurations, definitions);
    }

    /** The highest start level of a bundle; at least 1. */
    public int highestStartLevel() {
        return bundles.stream().mapToInt(PlannedBundle::startLevel).max().orElse(1);
    }

    private static void merge(Map<String, Map<String, String>> into, Map<String, Map<String, String>> from) {
        from.forEach((pid, values) ->
                into.computeIfAbsent(pid, unused -> new LinkedHashMap<>()).putAll(values));
    }

    private static Map<String, Map<String, String>> copyOfEach(Map<String, Map<String, String>> configurations) {
        var copy = new LinkedHashMap<String, Map<String, String>>();
        configurations.forEach((pid, values) -> copy.put(pid, Map.copyOf(values)));
        return Map.copyOf(copy);
    }
}
