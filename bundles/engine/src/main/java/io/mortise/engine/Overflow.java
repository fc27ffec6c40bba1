// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/** What happens to a message for which a queue has no room. */
enum Overflow {
    /** It is dropped. */
    DROP_NEW("drop-new"),
    /** The oldest that wait are, until there is room for it. */
    DROP_OLDEST("drop-oldest"),
    /** It is dropped, and a client that is connected is disconnected with 0x97 (Quota exceeded). */
    DISCONNECT("disconnect");

    private final String text;

    Overflow(String text) {
        this.text = text;
    }

    /**
     * As it is written in a configuration.
     *
     * @throws IllegalArgumentException if nothing is called that
     */
    static Overflow of(String text) {
        for (Overflow overflow : values()) {
            if (overflow.text.equals(text)) {
                return overflow;
            }
        }
        throw new IllegalArgumentException(
                "queue.overflow: drop-new, drop-oldest or disconnect expected, got '" + text + "'");
    }
}
