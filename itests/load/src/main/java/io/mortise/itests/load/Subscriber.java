// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A client that receives, checks every byte and acknowledges.
 *
 * <p>Used only on the loop's thread.
 */
final class Subscriber extends Client {

    private record Expected(byte[] topic, Sequence sequence) {}

    private final Loop loop;
    private final int qos;
    private final Payload payload;
    private final Tally tally;

    // by publisher; null where its messages are none of this subscriber's
    private final @Nullable Expected[] expected;

    /** Each run has its own prefix, since a session may be there for longer than its run. */
    Subscriber(Loop loop, String prefix, int id, String topicFilter, Scenario scenario, Payload payload, Tally tally) {
        super(prefix + "s" + id, topicFilter, scenario.qos(), scenario.cleanSessions());
        this.loop = loop;
        this.qos = scenario.qos();
        this.payload = payload;
        this.tally = tally;
        this.expected = new Expected[scenario.publishers()];
    }

    /** Expects the messages of this publisher from now on. */
    Sequence expect(int publisher, String topic) {
        Sequence sequence = new Sequence();
        expected[publisher] = new Expected(topic.getBytes(StandardCharsets.UTF_8), sequence);
        return sequence;
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        switch (type) {
            case Wire.PUBLISH -> publish(bytes, start, body, end);
            case Wire.PUBREL -> acknowledge(Wire.PUBCOMP, Wire.getShort(bytes, body));
            default -> throw new IOException("packet of type " + type + " for a subscriber");
        }
    }

    private void publish(byte[] bytes, int start, int body, int end) {
        int topicEnd = body + 2 + Wire.getShort(bytes, body);
        int payloadAt = qos > 0 ? topicEnd + 2 : topicEnd;
        if ((bytes[start] >> 1 & 0x03) != qos || !check(bytes, body + 2, topicEnd, payloadAt, end)) {
            tally.damaged++;
        }
        if (qos > 0) {
            acknowledge(qos == 1 ? Wire.PUBACK : Wire.PUBREC, Wire.getShort(bytes, topicEnd));
        }
    }

    private boolean check(byte[] bytes, int topicAt, int topicEnd, int payloadAt, int end) {
        if (!payload.isIntact(bytes, payloadAt, end)) {
            return false;
        }
        int publisher = Payload.publisher(bytes, payloadAt);
        Expected from = publisher >= 0 && publisher < expected.length ? expected[publisher] : null;
        if (from == null || !Arrays.equals(bytes, topicAt, topicEnd, from.topic, 0, from.topic.length)) {
            return false;
        }
        if (from.sequence.accept(Payload.sequence(bytes, payloadAt))) {
            tally.delivered++;
            tally.latency.record(loop.readAt - Payload.sentAt(bytes, payloadAt));
        }
        return true;
    }

    private void acknowledge(int type, int packetId) {
        Wire.putAck(loop.output, loop.outputLength, type, packetId);
        loop.outputLength += Wire.ACK_LENGTH;
    }

    @Override
    public void drained() throws IOException {
        connection().sendOutput();
    }
}
