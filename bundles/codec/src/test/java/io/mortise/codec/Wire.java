// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns bytes that are written out and labelled into bytes. */
final class Wire {
    private Wire() {}

    /**
     * The bytes of a packet, a part of it in each line: bytes in hexadecimal, texts in apostrophes, and a label after {@code
     * --}. The word {@code remaining} stands for the remaining length of all that follows it.
     */
    static byte[] bytes(String lines) {
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        ByteArrayOutputStream after = null;
        for (String line : lines.split("\n")) {
            for (String word : line.replaceAll("--.*", "").trim().split(" +")) {
                ByteArrayOutputStream part = after == null ? before : after;
                if (word.equals("remaining")) {
                    after = new ByteArrayOutputStream();
                } else if (word.startsWith("'")) {
                    part.writeBytes(word.substring(1, word.length() - 1).getBytes(StandardCharsets.UTF_8));
                } else if (!word.isEmpty()) {
                    part.write(Integer.parseInt(word, 16));
                }
            }
        }
        if (after != null) {
            ByteBuf length = Unpooled.buffer();
            DataTypes.writeVariableByteInteger(length, after.size());
            before.writeBytes(ByteBufUtil.getBytes(length));
            before.writeBytes(after.toByteArray());
        }
        return before.toByteArray();
    }

    /** The bytes with others in front and behind, which a reader must not touch. */
    static ByteBuf surrounded(byte[] bytes) {
        return Unpooled.buffer()
                .writeInt(0xAAAA_AAAA)
                .writeBytes(bytes)
                .writeInt(0xAAAA_AAAA)
                .slice(4, bytes.length);
    }

    /** The text that many times. */
    static String hex(String text, int times) {
        String[] all = new String[times];
        Arrays.fill(all, text);
        return String.join(" ", all);
    }
}
