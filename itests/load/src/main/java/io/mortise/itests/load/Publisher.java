// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.util.List;

/**
 * A client that publishes as fast as its windows (or its rate) allow.
 *
 * <p>Used only on the loop's thread. Two windows hold it back: how far it may be ahead of the slowest of its subscribers, and for
 * QoS 1 and 2 how many of its handshakes may be open. It waits until a quarter of the smaller one is free and then fills it
 * with one write, as a sender that batches does.
 */
final class Publisher extends Client {

    // After this long without any progress, what is outstanding is taken for lost.
    private static final long GIVE_UP_NANOS = 2_000_000_000L;

    private static final byte FREE = 0;
    private static final byte PUBLISHED = 1;
    private static final byte RELEASED = 2;

    private final Loop loop;
    private final int id;
    private final byte[] template;
    private final int qos;
    private final Payload payload;
    private final Tally tally;
    private final int window;
    private final int batch;
    private final double perNano;

    // who gets its messages; filled before the first publish
    private final List<Sequence> receivers;

    private long sent;
    private boolean started;
    private long startedAt;
    private long slowest;
    private long progressAt;
    private long writtenOff;

    // the handshakes of QoS 1 and 2: packet identifiers are used in turn, 1 to inflight
    private final byte[] handshakes;
    private final long[] publishedAt;
    private int lastPacketId;
    private int open;

    Publisher(
            Loop loop,
            String prefix,
            int id,
            String topic,
            Scenario scenario,
            Payload payload,
            double rate,
            List<Sequence> receivers,
            Tally tally) {
        super(prefix + "p" + id, null, 0, scenario.cleanSessions());
        this.loop = loop;
        this.tally = tally;
        this.id = id;
        this.qos = scenario.qos();
        this.template = Wire.publish(topic, qos, payload.length());
        this.payload = payload;
        this.window = scenario.window();
        this.handshakes = new byte[scenario.inflight() + 1];
        this.publishedAt = new long[handshakes.length];
        this.batch = rate > 0 ? 1 : Math.max(1, (qos > 0 ? Math.min(window, scenario.inflight()) : window) / 4);
        this.perNano = rate / 1e9;
        this.receivers = receivers;
    }

    long sent() {
        return sent;
    }

    /** Whether every message has reached everyone and every handshake is done. */
    boolean isSettled() {
        return open == 0 && slowestReceiver() == sent;
    }

    /** Sends what may be sent now. */
    void publish(long now) throws IOException {
        if (!connection().isFlushed()) {
            return;
        }
        long allowed = allowed(now);
        if (allowed < batch) {
            return;
        }
        int room = loop.output.length / template.length;
        for (long count = Math.min(allowed, room); count > 0 && takePacketId(); count--) {
            put(now);
        }
        connection().sendOutput();
    }

    private void put(long now) {
        byte[] output = loop.output;
        int at = loop.outputLength;
        int end = at + template.length;
        int payloadAt = end - payload.length();
        System.arraycopy(template, 0, output, at, template.length - payload.length());
        if (qos > 0) {
            Wire.putShort(output, payloadAt - 2, lastPacketId);
            publishedAt[lastPacketId] = now;
        }
        payload.write(output, payloadAt, id, sent++, now);
        loop.outputLength = end;
    }

    private long allowed(long now) {
        if (!started) {
            started = true;
            startedAt = now;
            progressAt = now;
        }
        long allowed = window - (sent - Math.max(progress(now), writtenOff));
        if (qos > 0) {
            allowed = Math.min(allowed, handshakes.length - 1 - open);
        }
        if (perNano > 0) {
            allowed = Math.min(allowed, (long) ((now - startedAt) * perNano) - sent);
        }
        return allowed;
    }

    private long progress(long now) {
        long reached = slowestReceiver();
        if (reached > slowest) {
            slowest = reached;
            progressAt = now;
        } else if (sent > Math.max(reached, writtenOff) && now - progressAt > GIVE_UP_NANOS) {
            writtenOff = sent;
            progressAt = now;
        }
        return reached;
    }

    private long slowestReceiver() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < receivers.size(); i++) {
            lowest = Math.min(lowest, receivers.get(i).next());
        }
        return lowest;
    }

    private boolean takePacketId() {
        if (qos == 0) {
            return true;
        }
        int next = lastPacketId % (handshakes.length - 1) + 1;
        if (handshakes[next] != FREE) {
            return false; // acknowledged out of order: wait for the oldest
        }
        handshakes[next] = PUBLISHED;
        lastPacketId = next;
        open++;
        return true;
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        int packetId = Wire.getShort(bytes, body);
        switch (type) {
            case Wire.PUBACK -> finish(packetId, type, PUBLISHED, 1);
            case Wire.PUBREC -> release(packetId);
            case Wire.PUBCOMP -> finish(packetId, type, RELEASED, 2);
            default -> throw new IOException("packet of type " + type + " for a publisher");
        }
    }

    private void release(int packetId) throws IOException {
        expect(packetId, Wire.PUBREC, PUBLISHED, 2);
        handshakes[packetId] = RELEASED;
        acknowledged(packetId);
        Wire.putAck(loop.output, loop.outputLength, Wire.PUBREL, packetId);
        loop.outputLength += Wire.ACK_LENGTH;
    }

    private void finish(int packetId, int type, byte state, int ofQos) throws IOException {
        expect(packetId, type, state, ofQos);
        handshakes[packetId] = FREE;
        open--;
        if (qos == 1) {
            acknowledged(packetId);
        }
    }

    private void acknowledged(int packetId) {
        tally.acknowledgement.record(loop.readAt - publishedAt[packetId]);
    }

    private void expect(int packetId, int type, byte state, int ofQos) throws IOException {
        if (qos != ofQos || packetId >= handshakes.length || handshakes[packetId] != state) {
            throw new IOException("packet of type " + type + " not expected for packet identifier " + packetId);
        }
    }

    @Override
    public void drained() throws IOException {
        connection().sendOutput();
    }
}
