// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.Door;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Statement, tests, result: as Markdown. */
final class Table {
    private final Run run;

    /** Statements that are not proven, though they could be. */
    private final List<String> unproven = new ArrayList<>();

    private final StringBuilder totals = new StringBuilder();
    private final StringBuilder rows = new StringBuilder();

    Table(Run run) {
        this.run = run;
        for (Specification specification : Specification.values()) {
            add(specification);
        }
    }

    List<String> unproven() {
        return unproven;
    }

    String markdown() {
        return """
                # Conformance

                Every normative statement of MQTT 3.1.1 and MQTT 5.0, in our words, with the tests that prove it. Tests over raw
                connections, through each of these doors: %s.

                | | statements | passed | failed | not testable |
                |---|---|---|---|---|
                %s%s""".formatted(
                Run.doors(run.broker()).stream().map(Door::name).collect(Collectors.joining(", ")), totals, rows);
    }

    private void add(Specification specification) {
        Map<String, List<Method>> proofs = Proofs.of(specification);
        int passed = 0;
        int reasons = 0;
        List<Statement> statements = specification.statements();
        rows.append("\n## ")
                .append(specification.title)
                .append("\n\n| statement | section | | tests | result |\n|---|---|---|---|---|\n");
        for (Statement statement : statements) {
            List<Method> tests = proofs.getOrDefault(statement.number(), List.of());
            String result;
            if (!tests.isEmpty() && tests.stream().allMatch(run::passed)) {
                passed++;
                result = "passed";
            } else if (tests.isEmpty() && statement.reason() != null) {
                reasons++;
                result = "not testable: " + statement.reason();
            } else {
                unproven.add(specification.title + " " + statement.number());
                result = "**failed**";
            }
            rows.append("| MQTT-").append(statement.number());
            rows.append(" | ").append(statement.section());
            rows.append(" | ").append(cell(statement.paraphrase()));
            rows.append(" | ").append(tests.stream().map(Table::name).collect(Collectors.joining("<br>")));
            rows.append(" | ").append(cell(result)).append(" |\n");
        }
        int failed = statements.size() - passed - reasons;
        totals.append("| %s | %d | %d | %d | %d |\n"
                .formatted(specification.title, statements.size(), passed, failed, reasons));
    }

    private static String name(Method test) {
        return test.getDeclaringClass().getSimpleName() + "." + test.getName();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
