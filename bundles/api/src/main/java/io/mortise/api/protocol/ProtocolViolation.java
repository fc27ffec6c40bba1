// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * A peer broke the protocol: a value of the protocol rather than a fault of ours, hence without a stack trace.
 *
 * <p>Thrown where the violation is found; whoever owns the connection catches it, in one place, and ends that connection
 * with the reason code.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reasonCode;

    /**
     * A violation.
     *
     * @param reasonCode what a DISCONNECT or CONNACK says of it
     * @param message what was expected and what came, fit to be a reason string
     */
    public ProtocolViolation(ReasonCode reasonCode, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
    }

    /** What a DISCONNECT or CONNACK says of it. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /** What was expected and what came. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
