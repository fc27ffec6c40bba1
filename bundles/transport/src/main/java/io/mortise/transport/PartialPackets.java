// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much memory the packets take that have not arrived completely, on all connections together, and how much they may.
 *
 * <p>Any thread. Small ones are always let through: they are what is left over at the end of a read, and reading on is what
 * completes them. A client that needs more when there is no more is disconnected, since to wait could last for ever: those
 * who hold the memory may be waiting as well.
 */
final class PartialPackets {

    /** A packet that is not larger than this is not refused memory. */
    static final int SMALL = 4_096;

    private final long maximum;
    private final LongAdder held = new LongAdder();

    /**
     * None yet.
     *
     * @param maximum how many bytes they may take
     */
    PartialPackets(long maximum) {
        this.maximum = maximum;
    }

    /** A buffer of this size is about to take the place of another; 0 stands for none. */
    void resize(int before, int after) {
        if (after > before && after > SMALL && held.sum() + after - before > maximum) {
            throw new ProtocolViolation(
                    ReasonCode.QUOTA_EXCEEDED,
                    "packets that are not complete take " + held.sum() + " of at most " + maximum + " bytes");
        }
        held.add((long) after - before);
    }

    long held() {
        return held.sum();
    }
}
