// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;

/** The two violations that bytes mostly are (MQTT 5.0, 4.13.1). Any thread. */
final class Violations {
    private Violations() {}

    /** The bytes cannot be read as the specification says. */
    static ProtocolViolation malformed(String message) {
        return new ProtocolViolation(ReasonCode.MALFORMED_PACKET, message);
    }

    /** The bytes can be read, and say what a client must not say. */
    static ProtocolViolation protocolError(String message) {
        return new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, message);
    }
}
