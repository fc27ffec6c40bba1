// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

/** Says what is out of range. */
final class Range {

    private Range() {}

    static void check(String name, int least, int value, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + least + " to " + most + " expected, got " + value);
        }
    }
}
