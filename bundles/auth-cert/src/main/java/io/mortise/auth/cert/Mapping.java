// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.cert;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * From a name in a certificate to the principal in whose name its client acts. Immutable; any thread.
 *
 * <p>The expressions are the operator's, and have to match all of a name; what comes from a certificate is never part of one.
 */
final class Mapping {
    private static final String ARROW = "->";

    /** A name that is longer is nobody's: what a regular expression costs is bounded so. */
    private static final int LONGEST = 1_024;

    private final List<Line> lines;

    private Mapping(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    private record Line(Pattern name, String principal) {}

    /**
     * Reads lines of {@code EXPRESSION -> PRINCIPAL}, in which {@code $1} and {@code ${group}} stand for what the groups of the
     * expression have matched; without any line a name is a principal.
     *
     * @throws IllegalArgumentException if a line is none
     */
    static Mapping parse(String... texts) {
        List<Line> lines = new ArrayList<>();
        for (String text : texts) {
            if (text.isBlank()) {
                continue;
            }
            int arrow = text.lastIndexOf(ARROW);
            String expression = arrow < 0 ? "" : text.substring(0, arrow).strip();
            String principal =
                    arrow < 0 ? "" : text.substring(arrow + ARROW.length()).strip();
            if (expression.isEmpty() || principal.isEmpty()) {
                throw new IllegalArgumentException("mapping: expected EXPRESSION -> PRINCIPAL, got '" + text + "'");
            }
            try {
                Pattern name = Pattern.compile(expression);
                checkGroups(name, principal);
                lines.add(new Line(name, principal));
            } catch (PatternSyntaxException wrong) {
                throw new IllegalArgumentException("mapping: '" + text + "': " + wrong.getDescription(), wrong);
            }
        }
        return new Mapping(lines);
    }

    /** A principal that refers to a group which is not there is found out now, and not by the first client. */
    private static void checkGroups(Pattern name, String principal) {
        Matcher anything = Pattern.compile("(?:" + name.pattern() + ")|").matcher("");
        if (!anything.matches()) {
            throw new IllegalStateException("an alternative that is empty matches what is empty");
        }
        try {
            anything.appendReplacement(new StringBuilder(), principal);
        } catch (IllegalArgumentException | IndexOutOfBoundsException noSuchGroup) {
            throw new IllegalArgumentException(
                    "mapping: '" + principal + "' refers to a group that '" + name + "' does not have", noSuchGroup);
        }
    }

    /** The principal of the first of these names that has one; {@code null} if none has. */
    @Nullable
    String principal(List<String> names) {
        for (String name : names) {
            String principal = name.length() > LONGEST ? null : principal(name);
            if (principal != null && isVisible(principal)) {
                return principal;
            }
        }
        return null;
    }

    private @Nullable String principal(String name) {
        if (lines.isEmpty()) {
            return name;
        }
        for (Line line : lines) {
            Matcher matcher = line.name.matcher(name);
            if (matcher.matches()) {
                StringBuilder principal = new StringBuilder();
                matcher.appendReplacement(principal, line.principal);
                return principal.toString();
            }
        }
        return null;
    }

    /** SEC-06: nothing that looks like another name to whoever reads it. */
    private static boolean isVisible(String principal) {
        return !principal.isBlank()
                && principal
                        .codePoints()
                        .noneMatch(each -> Character.isISOControl(each)
                                || Character.getType(each) == Character.SURROGATE
                                || Character.getType(each) == Character.UNASSIGNED
                                || Character.getType(each) == Character.FORMAT);
    }
}
