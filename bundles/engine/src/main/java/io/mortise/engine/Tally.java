// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;

/**
 * How many messages went over one connection, and how many bytes of payload.
 *
 * <p>Counted on the home thread of the connection; any thread reads, and may be a little behind.
 */
final class Tally {
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
