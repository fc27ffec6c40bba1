// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

/**
 * 1.5.5 of MQTT 5.0: seven bits a byte, the lowest first.
 *
 * <p>Any thread; nothing here has state.
 */
final class VariableByteInteger {

    private VariableByteInteger() {}

    static int value(byte[] bytes, int at) {
        int value = 0;
        int shift = 0;
        byte digit = bytes[at];
        while (digit < 0) {
            value |= (digit & 0x7F) << shift;
            shift += 7;
            digit = bytes[++at];
        }
        return value | digit << shift;
    }

    /** Where what follows it begins. */
    static int end(byte[] bytes, int at) {
        int end = at;
        while (bytes[end] < 0) {
            end++;
        }
        return end + 1;
    }
}
