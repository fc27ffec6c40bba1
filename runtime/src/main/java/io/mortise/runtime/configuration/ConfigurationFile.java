// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file {@code PID.cfg}: lines of {@code key = value}, blank lines, and comments that begin with {@code #}. Immutable.
 *
 * @param path where it was read
 * @param values by key
 */
public record ConfigurationFile(Path path, Map<String, String> values) {

    /** What the name of a configuration file ends with. */
    public static final String SUFFIX = ".cfg";

    public ConfigurationFile {
        values = Map.copyOf(values);
    }

    /** The PID that a file of this name configures. */
    public static String pid(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /**
     * Reads {@code file}.
     *
     * @throws RefusedConfiguration if a line is not one of the three, or a key is there twice
     */
    public static ConfigurationFile read(Path file) throws IOException, RefusedConfiguration {
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new RefusedConfiguration(file + ": line " + number + ": " + text + ": expected key = value");
            }
            String key = text.substring(0, equals).strip();
            if (values.put(key, text.substring(equals + 1).strip()) != null) {
                throw new RefusedConfiguration(
                        file + ": line " + number + ": " + key + " is already set above: expected each key once");
            }
        }
        return new ConfigurationFile(file, values);
    }

    private static List<String> lines(Path file) throws IOException, RefusedConfiguration {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new RefusedConfiguration(file + ": expected text in UTF-8");
        }
    }
}
