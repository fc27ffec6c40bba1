// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** How often a message is delivered (MQTT 5.0, 4.3). The ordinal is the value on the wire. */
public enum Qos {
    /** QoS 0: the message arrives once or not at all (4.3.1). */
    AT_MOST_ONCE,
    /** QoS 1: the message arrives, and may arrive again (4.3.2). */
    AT_LEAST_ONCE,
    /** QoS 2: the message arrives once (4.3.3). */
    EXACTLY_ONCE;

    private static final Qos[] VALUES = values();

    /**
     * The level that stands for {@code value} on the wire.
     *
     * @param value 0, 1 or 2
     * @throws IllegalArgumentException for any other value
     */
    public static Qos of(int value) {
        if (value < 0 || value >= VALUES.length) {
            throw new IllegalArgumentException("QoS 0, 1 or 2 expected, got " + value);
        }
        return VALUES[value];
    }

    /** The value on the wire: 0, 1 or 2. */
    public int value() {
        return ordinal();
    }

    /** The lower of the two. */
    public Qos atMost(Qos other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
