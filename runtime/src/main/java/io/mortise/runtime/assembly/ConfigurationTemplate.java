// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.assembly.Metatype.Described;
import io.mortise.runtime.configuration.ConfigurationFile;
import io.mortise.runtime.plan.AttributeDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A configuration file in which everything is commented out: what can be configured, in the bundle's own words, with its
 * defaults. Any thread.
 */
final class ConfigurationTemplate {

    private ConfigurationTemplate() {}

    /**
     * Writes the template for {@code pid} into {@code directory}, unless somebody has configured something there already.
     *
     * @param defaults what the feature configures
     */
    static void write(Path directory, String pid, Described described, Map<String, String> defaults)
            throws IOException {
        Path file = directory.resolve(pid + ConfigurationFile.SUFFIX);
        if (!Files.exists(file) || isAllComment(file)) {
            Files.createDirectories(directory);
            Files.writeString(file, text(described, defaults));
        }
    }

    private static boolean isAllComment(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }

    private static String text(Described described, Map<String, String> defaults) {
        StringBuilder text = new StringBuilder();
        text.append("# ").append(described.title()).append('\n');
        text.append("# Remove the # before a key to set it; a running broker takes the change over.\n");
        for (AttributeDefinition attribute :
                new TreeMap<>(described.definition().attributes()).values()) {
            String key = attribute.key();
            String description = described.descriptions().getOrDefault(key, "");
            text.append('\n');
            if (!description.isEmpty()) {
                text.append("# ").append(description.replace("\n", "\n# ")).append('\n');
            }
            text.append("# (").append(attribute.expected()).append(")\n");
            String fallback = attribute.fallback() == null ? "" : attribute.fallback();
            text.append("# ").append(key).append(" = ").append(defaults.getOrDefault(key, fallback));
            text.append('\n');
        }
        return text.toString();
    }
}
