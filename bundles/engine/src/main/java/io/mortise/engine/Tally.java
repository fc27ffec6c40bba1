// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How many messages went over one connection, and how many bytes of payload.
 *
 * <p>Counted on the home thread of the connection; any thread reads, and may be a little behind.
 */
final class Tally {
    /** Which of its messages are timed is another matter on each connection: else those with few would never be. */
    private final int phase = ThreadLocalRandom.current().nextInt(Meter.TIMED_ONE_OF);

    private long messagesIn;
    private long messagesOut;
    private long payloadBytesIn;
    private long payloadBytesOut;

    void received(Message message) {
        messagesIn++;
        payloadBytesIn += message.payload().size();
    }

    void sent(Message message) {
        messagesOut++;
        payloadBytesOut += message.payload().size();
    }

    /** Whether what is done with the message that was received last is timed. */
    boolean isTimed() {
        return (messagesIn + phase & Meter.TIMED_ONE_OF - 1) == 0;
    }

    long messagesIn() {
        return messagesIn;
    }

    long messagesOut() {
        return messagesOut;
    }

    long payloadBytesIn() {
        return payloadBytesIn;
    }

    long payloadBytesOut() {
        return payloadBytesOut;
    }
}
