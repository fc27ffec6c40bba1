// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import io.mortise.runtime.plan.AttributeDefinition.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Plan} as lines of text, so that a start splits lines and parses nothing else. Any thread.
 *
 * <pre>
 * mortise-plan 1
 * bundle         start level   SHA-256   path in the repository
 * configuration  PID
 * value          key           value                              of the configuration above
 * definition     PID           factory or single
 * attribute      key           type  cardinality  default min max of the definition above
 * option         value                                            of the attribute above
 * </pre>
 *
 * <p>Fields are separated by a tab; a tab, a line break and a backslash within a field are escaped with a backslash, and
 * {@code \0} is a field that is not there.
 */
public final class PlanFile {

    private static final String FIRST_LINE = "mortise-plan 1";
    private static final String ABSENT = "\\0";

    private PlanFile() {}

    public static void write(Plan plan, Path file) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        for (PlannedBundle bundle : plan.bundles()) {
            line(text, "bundle", String.valueOf(bundle.startLevel()), bundle.sha256(), bundle.path());
        }
        // Sorted, so that the same features always make the same file.
        new TreeMap<>(plan.configurations()).forEach((pid, values) -> {
            line(text, "configuration", pid);
            new TreeMap<>(values).forEach((key, value) -> line(text, "value", key, value));
        });
        for (ConfigurationDefinition definition : new TreeMap<>(plan.definitions()).values()) {
            line(text, "definition", definition.pid(), definition.factory() ? "factory" : "single");
            for (AttributeDefinition each : new TreeMap<>(definition.attributes()).values()) {
                String cardinality = String.valueOf(each.cardinality());
                String type = each.type().name();
                line(text, "attribute", each.key(), type, cardinality, each.fallback(), each.min(), each.max());
                each.options().forEach(option -> line(text, "option", option));
            }
        }
        Files.writeString(file, text);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if {@code file} cannot be read or is not a plan
     */
    public static Plan read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
            throw new IOException(file + " is not a plan: its first line is not \"" + FIRST_LINE + "\"");
        }
        Reader reader = new Reader();
        for (int i = 1; i < lines.size(); i++) {
            try {
                reader.line(lines.get(i).split("\t", -1));
            } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
                throw new IOException(file + ", line " + (i + 1) + " is not a line of a plan: " + lines.get(i), e);
            }
        }
        return reader.plan();
    }

    private static void line(StringBuilder text, String word, @Nullable String... fields) {
        text.append(word);
        for (String field : fields) {
            text.append('\t').append(field == null ? ABSENT : escape(field));
        }
        text.append('\n');
    }

    private static String escape(String field) {
        return field.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\') {
                c = switch (field.charAt(++i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case '\\' -> '\\';
                    default -> throw new IllegalArgumentException(field);
                };
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Collects what the lines say; a line that belongs to the one above finds it in {@code current…}. */
    private static final class Reader {
        private final List<PlannedBundle> bundles = new ArrayList<>();
        private final Map<String, Map<String, String>> configurations = new LinkedHashMap<>();
        private final Map<String, ConfigurationDefinition> definitions = new LinkedHashMap<>();
        private @Nullable Map<String, String> currentValues;
        private @Nullable ConfigurationDefinition currentDefinition;
        private final Map<String, AttributeDefinition> currentAttributes = new LinkedHashMap<>();
        private @Nullable AttributeDefinition currentAttribute;
        private final List<String> currentOptions = new ArrayList<>();

        void line(String[] fields) {
            switch (fields[0]) {
                case "bundle" ->
                    bundles.add(new PlannedBundle(Integer.parseInt(fields[1]), fields[2], unescape(fields[3])));
                case "configuration" -> {
                    currentValues = new LinkedHashMap<>();
                    configurations.put(unescape(fields[1]), currentValues);
                }
                case "value" -> above(currentValues).put(unescape(fields[1]), unescape(fields[2]));
                case "definition" -> {
                    endDefinition();
                    currentDefinition =
                            new ConfigurationDefinition(unescape(fields[1]), fields[2].equals("factory"), Map.of());
                }
                case "attribute" -> {
                    endAttribute();
                    currentAttribute = new AttributeDefinition(
                            unescape(fields[1]),
                            Type.valueOf(fields[2]),
                            Integer.parseInt(fields[3]),
                            optional(fields[4]),
                            optional(fields[5]),
                            optional(fields[6]),
                            List.of());
                }
                case "option" -> currentOptions.add(unescape(fields[1]));
                default -> throw new IllegalArgumentException(fields[0]);
            }
        }

        Plan plan() {
            endDefinition();
            return new Plan(bundles, configurations, definitions);
        }

        private void endAttribute() {
            AttributeDefinition it = currentAttribute;
            if (it != null) {
                currentAttributes.put(
                        it.key(),
                        new AttributeDefinition(
                                it.key(),
                                it.type(),
                                it.cardinality(),
                                it.fallback(),
                                it.min(),
                                it.max(),
                                currentOptions));
                currentAttribute = null;
                currentOptions.clear();
            }
        }

        private void endDefinition() {
            endAttribute();
            ConfigurationDefinition it = currentDefinition;
            if (it != null) {
                definitions.put(it.pid(), new ConfigurationDefinition(it.pid(), it.factory(), currentAttributes));
                currentDefinition = null;
                currentAttributes.clear();
            }
        }

        private static @Nullable String optional(String field) {
            return field.equals(ABSENT) ? null : unescape(field);
        }

        private static <T> T above(@Nullable T current) {
            if (current == null) {
                throw new IllegalStateException("it belongs to a line that is not there");
            }
            return current;
        }
    }
}
