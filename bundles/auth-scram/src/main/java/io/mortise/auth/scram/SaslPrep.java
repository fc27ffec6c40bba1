// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import java.text.Normalizer;

/**
 * Makes one spelling of the several that a user name or password can have (RFC 4013), so that what was typed on one machine is
 * the same as what was typed on another.
 *
 * <p>It is the profile with the Unicode of this Java: characters that came to Unicode after its version 3.2 are let through,
 * since clients do so as well.
 */
final class SaslPrep {
    private static final int ZERO_WIDTH_SPACE = 0x200B;

    private SaslPrep() {}

    /**
     * The one spelling.
     *
     * @throws IllegalArgumentException if a character in it may not be, or it reads in both directions; the message does not
     *     repeat it
     */
    static String prepare(String text) {
        StringBuilder mapped = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (character == ZERO_WIDTH_SPACE
                    || character > 0x7F && Character.getType(character) == Character.SPACE_SEPARATOR) {
                mapped.append(' '); // 2.1: RFC 3454, C.1.2
            } else if (!isMappedToNothing(character)) {
                mapped.appendCodePoint(character);
            }
        });
        String prepared = Normalizer.normalize(mapped, Normalizer.Form.NFKC); // 2.2
        if (prepared.codePoints().anyMatch(SaslPrep::isProhibited)) {
            throw new IllegalArgumentException("expected characters that are printed, got another one (RFC 4013, 2.3)");
        }
        if (!readsInOneDirection(prepared)) {
            throw new IllegalArgumentException(
                    "expected letters that are read in one direction, got both (RFC 4013, 2.4)");
        }
        return prepared;
    }

    /** RFC 3454, B.1. */
    private static boolean isMappedToNothing(int character) {
        return switch (character) {
            case 0x00AD, 0x034F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200C, 0x200D, 0x2060, 0xFEFF -> true;
            default -> character >= 0xFE00 && character <= 0xFE0F;
        };
    }

    /** RFC 3454, C.1.2 and C.2 to C.9. */
    private static boolean isProhibited(int character) {
        int type = Character.getType(character);
        if (type == Character.CONTROL
                || type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SPACE_SEPARATOR && character != ' ') {
            return true;
        }
        return switch (character) {
            case 0x0340, 0x0341, 0x06DD, 0x070F, 0x180E, 0x200E, 0x200F, 0xE0001 -> true;
            default ->
                within(character, 0x202A, 0x202E)
                        || within(character, 0x2061, 0x2063)
                        || within(character, 0x206A, 0x206F)
                        || within(character, 0x2FF0, 0x2FFB)
                        || within(character, 0xFFF9, 0xFFFD)
                        || within(character, 0x1D173, 0x1D17A)
                        || within(character, 0xE0020, 0xE007F);
        };
    }

    private static boolean within(int character, int first, int last) {
        return character >= first && character <= last;
    }

    /** RFC 3454, 6. */
    private static boolean readsInOneDirection(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
            return true;
        }
        return isRightToLeft(text.codePointAt(0))
                && isRightToLeft(text.codePointBefore(text.length()))
                && text.codePoints()
                        .noneMatch(character ->
                                Character.getDirectionality(character) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    }

    private static boolean isRightToLeft(int character) {
        byte direction = Character.getDirectionality(character);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
