// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/** Makes what a client chose fit for a log line. */
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    /** The text without control characters, cut when it is long. */
    static String text(String chosen) {
        return isFit(chosen) ? chosen : fit(chosen);
    }

    private static boolean isFit(String chosen) {
        for (int i = 0; i < chosen.length(); i++) {
            char character = chosen.charAt(i);
            if (Character.isISOControl(character)
                    || Character.isSurrogate(character)
                    || !Character.isDefined(character)) {
                return false;
            }
        }
        return chosen.length() <= LONGEST;
    }

    private static String fit(String chosen) {
        StringBuilder text = new StringBuilder();
        chosen.codePoints()
                .limit(LONGEST)
                .map(point -> Character.isISOControl(point) || !Character.isDefined(point) ? '?' : point)
                .forEach(text::appendCodePoint);
        return chosen.length() > LONGEST ? text.append('…').toString() : text.toString();
    }
}
