// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The rules that topic names and topic filters have in common (MQTT 5.0, 4.7.3 and 1.5.4). Any thread. */
final class TopicSyntax {
    private static final int LONGEST_QUOTE = 64;

    private TopicSyntax() {}

    /** The UTF-8 form of a name or filter that keeps the common rules. */
    static byte[] utf8(String what, String text, ReasonCode reasonCode) {
        if (text.isEmpty()) {
            throw new ProtocolViolation(reasonCode, "a " + what + " has at least one character, got none");
        }
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolViolation(reasonCode, "a " + what + " does not contain U+0000");
        }
        ByteBuffer encoded;
        try {
            encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException unpairedSurrogate) {
            throw new ProtocolViolation(reasonCode, "a " + what + " does not contain unpaired surrogates");
        }
        if (encoded.remaining() > 65_535) {
            throw new ProtocolViolation(
                    reasonCode, "a " + what + " has at most 65535 bytes in UTF-8, got " + encoded.remaining());
        }
        byte[] utf8 = new byte[encoded.remaining()];
        encoded.get(utf8);
        return utf8;
    }

    /** The text between the separators, empty levels included. */
    static String[] levels(String text) {
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '/') {
                count++;
            }
        }
        String[] levels = new String[count];
        int start = 0;
        for (int i = 0; i < count - 1; i++) {
            int end = text.indexOf('/', start);
            levels[i] = text.substring(start, end);
            start = end + 1;
        }
        levels[count - 1] = text.substring(start);
        return levels;
    }

    /** The text in quotes for a message, cut when it is long. */
    static String quoted(String text) {
        return text.length() <= LONGEST_QUOTE ? "'" + text + "'" : "'" + text.substring(0, LONGEST_QUOTE) + "…'";
    }
}
