// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Identity;
import io.mortise.console.AuthorizerService.Answer;
import io.mortise.console.AuthorizerService.Grant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would be otherwise if another authorizer decided: each thing that clients wanted is decided again, by those in force and by the
 * candidate, and nothing comes of it. On one thread, which may wait for the authorizers.
 */
final class Shadow {
    private static final int SHOWN = 50;
    private static final int TEXT = 60;

    private final AuthorizerService candidate;
    private final Function<String, @Nullable AuthorizerService> find;
    private final List<Difference> differences = new ArrayList<>();
    private int decisions;

    private record Difference(Identity client, Want want, Decided live, Decided next) {}

    private record Decided(boolean allowed, String why) {}

    /**
     * Compares with a candidate.
     *
     * @param find the authorizer in force that has a name; {@code null} if there is none
     */
    Shadow(AuthorizerService candidate, Function<String, @Nullable AuthorizerService> find) {
        this.candidate = candidate;
        this.find = find;
    }

    /** What was wanted is decided by those that are asked about this client, and by those that would be. */
    void compare(Identity client, Set<Want> wants, List<String> chain) {
        List<Grant> live = new ArrayList<>();
        List<Grant> next = new ArrayList<>();
        Grant candidates = candidate.ask(client);
        try {
            boolean replaces = false;
            for (String name : chain) {
                AuthorizerService asked = find.apply(name);
                Grant grant = asked == null ? Grant.missing() : asked.ask(client);
                live.add(grant);
                boolean same = name.equals(candidate.name()) || name.isEmpty();
                replaces |= same;
                next.add(same ? candidates : grant);
            }
            for (Want want : wants) {
                compare(client, want, live, replaces ? next : List.of(candidates));
            }
        } finally {
            live.forEach(Grant::close);
            candidates.close();
        }
    }

    private void compare(Identity client, Want want, List<Grant> live, List<Grant> next) {
        decisions++;
        Decided now = decide(want, live);
        Decided then = decide(want, next);
        if (now.allowed != then.allowed) {
            differences.add(new Difference(client, want, now, then));
        }
    }

    /** One has to allow and none may deny, fail or be missing. */
    private static Decided decide(Want want, List<Grant> grants) {
        String by = "nobody allows it";
        boolean allowed = false;
        for (Grant grant : grants) {
            Answer answer = grant.about(want);
            if (answer.closes()) {
                return new Decided(false, answer.rule().isEmpty() ? answer.says() : answer.rule());
            }
            if (answer.allows() && !allowed) {
                allowed = true;
                by = answer.rule().isEmpty() ? answer.says() : answer.rule();
            }
        }
        return new Decided(allowed, by);
    }

    /** For an operator. */
    String report(Map<Identity, Set<Want>> wants) {
        differences.sort(Comparator.comparing((Difference difference) -> difference.client.clientId())
                .thenComparing(difference -> difference.want.filter().text()));
        Table table = new Table(
                Table.text("CLIENT", TEXT),
                Table.text("USER", TEXT),
                Table.text("WANTS", TEXT),
                Table.text("IN FORCE", TEXT),
                Table.text("CANDIDATE", TEXT));
        for (Difference difference : differences.subList(0, Math.min(SHOWN, differences.size()))) {
            table.row(
                    difference.client.clientId(),
                    difference.client.principal(),
                    difference.want.action() + " " + difference.want.filter().text(),
                    text(difference.live),
                    text(difference.next));
        }
        String shown = differences.size() > SHOWN ? ", of which " + SHOWN + " are shown" : "";
        String summary = decisions + " decisions about " + wants.size() + " clients; the candidate decides "
                + differences.size() + " otherwise" + shown;
        return differences.isEmpty() ? summary : table.print("difference") + "\n" + summary;
    }

    private static String text(Decided decided) {
        return (decided.allowed ? "may: " : "may not: ") + decided.why;
    }
}
