// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A version of the protocol and its statements. Its file says in the first line how many there are. */
enum Specification {
    MQTT_3_1_1("MQTT 3.1.1", "mqtt-3.1.1.tsv") {
        @Override
        List<String> provenBy(Method test) {
            Mqtt311 proven = test.getAnnotation(Mqtt311.class);
            return proven == null ? List.of() : List.of(proven.value());
        }
    },
    MQTT_5_0("MQTT 5.0", "mqtt-5.0.tsv") {
        @Override
        List<String> provenBy(Method test) {
            Mqtt5 proven = test.getAnnotation(Mqtt5.class);
            return proven == null ? List.of() : List.of(proven.value());
        }
    };

    final String title;
    private final String file;

    Specification(String title, String file) {
        this.title = title;
        this.file = file;
    }

    /** The numbers of the statements that a test says it proves. */
    abstract List<String> provenBy(Method test);

    List<Statement> statements() {
        return lines().stream()
                .filter(line -> !line.startsWith("#"))
                .map(Statement::parse)
                .toList();
    }

    /** How many statements the file says that it has: its first line is {@code # 123 statements}. */
    int count() {
        return Integer.parseInt(lines().get(0).split(" ")[1]);
    }

    private List<String> lines() {
        try (InputStream in = Objects.requireNonNull(Specification.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
