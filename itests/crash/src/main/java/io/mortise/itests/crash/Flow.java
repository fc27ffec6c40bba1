// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The messages that one publisher sends to one topic, counted from 0, and which of them were acknowledged.
 *
 * <p>Used only on the loop's thread. Of a retained flow every {@value #REMOVES_EVERY}th message is empty and so removes what is retained.
 */
final class Flow {

    private static final int REMOVES_EVERY = 7;
    private static final byte[] EMPTY = {};

    private final int id;
    private final String topic;
    private final byte[] topicBytes;
    private final int qos;
    private final boolean retained;
    private final Payload payload;
    private final long run;
    private final BitSet acknowledged = new BitSet();
    private int sent;
    private int lastCompleted = -1;

    /** A flow of the run with this number, which is in every payload. */
    Flow(int id, String topic, int qos, boolean retained, Payload payload, long run) {
        this.id = id;
        this.topic = topic;
        this.topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        this.qos = qos;
        this.retained = retained;
        this.payload = payload;
        this.run = run;
    }

    int id() {
        return id;
    }

    String topic() {
        return topic;
    }

    int qos() {
        return qos;
    }

    boolean isRetained() {
        return retained;
    }

    /** The number of the next message, which counts as sent now. */
    int next() {
        return sent++;
    }

    /** How many were sent. */
    int sent() {
        return sent;
    }

    void acknowledge(int sequence) {
        acknowledged.set(sequence);
    }

    BitSet acknowledged() {
        return acknowledged;
    }

    /** The handshake of this message has ended: at QoS 2, too, the broker has passed it on now. */
    void complete(int sequence) {
        lastCompleted = Math.max(lastCompleted, sequence);
    }

    /** The highest number whose handshake has ended, or -1. */
    int lastCompleted() {
        return lastCompleted;
    }

    /** Whether this message takes away what is retained. */
    boolean removes(int sequence) {
        return retained && sequence % REMOVES_EVERY == REMOVES_EVERY - 1;
    }

    byte[] payload(int sequence) {
        if (removes(sequence)) {
            return EMPTY;
        }
        byte[] bytes = new byte[payload.length()];
        payload.write(bytes, 0, id, sequence, run);
        return bytes;
    }

    /** Whether a message is one of this flow, every byte of it. */
    boolean isIntact(byte[] bytes, int topicAt, int topicEnd, int payloadAt, int end) {
        return Arrays.equals(bytes, topicAt, topicEnd, topicBytes, 0, topicBytes.length)
                && payload.isIntact(bytes, payloadAt, end)
                && Payload.sentAt(bytes, payloadAt) == run
                && Payload.sequence(bytes, payloadAt) >= 0
                && Payload.sequence(bytes, payloadAt) < sent;
    }
}
