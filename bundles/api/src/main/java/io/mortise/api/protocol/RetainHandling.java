// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** Which retained messages a new subscription is sent (MQTT 5.0, 3.8.3.1). The ordinal is the value on the wire. */
public enum RetainHandling {
    /** Those that match, whenever the subscription is made. */
    SEND_AT_SUBSCRIBE,
    /** Those that match, if the subscription did not exist before. */
    SEND_IF_NEW,
    /** None. */
    DO_NOT_SEND;

    private static final RetainHandling[] VALUES = values();

    /**
     * The option that stands for {@code value} on the wire.
     *
     * @param value 0, 1 or 2
     * @throws IllegalArgumentException for any other value
     */
    public static RetainHandling of(int value) {
        if (value < 0 || value >= VALUES.length) {
            throw new IllegalArgumentException("retain handling 0, 1 or 2 expected, got " + value);
        }
        return VALUES[value];
    }
}
