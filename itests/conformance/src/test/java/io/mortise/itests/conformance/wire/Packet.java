// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A packet that the broker has sent. */
public record Packet(byte[] bytes) {

    public int type() {
        return (bytes[0] & 0xf0) >> 4;
    }

    public int flags() {
        return bytes[0] & 0x0f;
    }

    public int qos() {
        return flags() >> 1 & 3;
    }

    /** The packet identifier, as {@link Notation} has it; {@code ""} for a PUBLISH at QoS 0. */
    public String packetId() {
        int at = body();
        if (type() == 3) {
            if (qos() == 0) {
                return "";
            }
            at += 2 + number(at, 2);
        }
        return HexFormat.of().formatHex(bytes, at, at + 2);
    }

    /** The topic name of a PUBLISH. */
    public String topic() {
        return new String(bytes, body() + 2, number(body(), 2), StandardCharsets.UTF_8);
    }

    /** What comes after the properties of a 5.0 PUBLISH. */
    public String payload5() {
        int at = propertiesOfPublish();
        int length = variable(at);
        return new String(bytes, after(at) + length, bytes.length - after(at) - length, StandardCharsets.UTF_8);
    }

    /** The properties of a 5.0 packet in hexadecimal, identifier and value, in the order in which they came. */
    public List<String> properties() {
        int at = switch (type()) {
            case 2 -> body() + 2;
            case 3 -> propertiesOfPublish();
            case 4, 5, 6, 7 -> body() + 3;
            case 9, 11 -> body() + 2;
            case 14, 15 -> body() + 1;
            default -> throw new IllegalStateException("no properties in " + this);
        };
        List<String> properties = new ArrayList<>();
        if (at >= bytes.length) {
            return properties;
        }
        int end = after(at) + variable(at);
        at = after(at);
        while (at < end) {
            int value = at + 1;
            int next = switch (bytes[at]) {
                case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a -> value + 1;
                case 0x13, 0x21, 0x22, 0x23 -> value + 2;
                case 0x02, 0x11, 0x18, 0x27 -> value + 4;
                case 0x0b -> after(value);
                case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f -> value + 2 + number(value, 2);
                case 0x26 -> {
                    int second = value + 2 + number(value, 2);
                    yield second + 2 + number(second, 2);
                }
                default -> throw new AssertionError("no property has identifier " + bytes[at] + ": " + this);
            };
            properties.add(HexFormat.of().formatHex(bytes, at, next));
            at = next;
        }
        return properties;
    }

    /** The value of the one property with this identifier, in hexadecimal; {@code ""} if it is not there. */
    public String property(String identifier) {
        List<String> found = properties().stream()
                .filter(each -> each.startsWith(identifier))
                .toList();
        if (found.size() > 1) {
            throw new AssertionError(identifier + " comes " + found.size() + " times in " + this);
        }
        return found.isEmpty() ? "" : found.get(0).substring(2);
    }

    private int propertiesOfPublish() {
        int topic = body();
        return topic + 2 + number(topic, 2) + (qos() > 0 ? 2 : 0);
    }

    /** Where the variable header begins. */
    private int body() {
        return after(1);
    }

    private int after(int variable) {
        int at = variable;
        while ((bytes[at] & 0x80) != 0) {
            at++;
        }
        return at + 1;
    }

    private int variable(int at) {
        int value = 0;
        for (int i = after(at) - 1; i >= at; i--) {
            value = value << 7 | bytes[i] & 0x7f;
        }
        return value;
    }

    private int number(int at, int size) {
        int value = 0;
        for (int i = at; i < at + size; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** In hexadecimal, and its printable characters. */
    @Override
    public String toString() {
        byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, 200));
        StringBuilder text = new StringBuilder(HexFormat.ofDelimiter(" ").formatHex(head)).append("  ");
        for (byte b : head) {
            text.append(b >= 0x20 && b < 0x7f ? (char) b : '·');
        }
        return text.toString();
    }
}
