// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Receives and acknowledges, and keeps what a client has to keep of QoS 2.
 *
 * <p>Used only on the loop's thread. A PUBLISH at QoS 2 is a new message unless its identifier waits for a PUBREL (4.3.3).
 */
final class Subscriber extends SessionClient {

    private final String topicFilter;
    private final Audience audience;
    private final Attendance attendance;
    private final Random random;

    // valid for the session
    private boolean subscribed;
    private final Map<Integer, String> unreleased = new LinkedHashMap<>();

    Subscriber(
            Stage stage,
            Version version,
            String clientId,
            String topicFilter,
            Audience audience,
            Attendance.Habit habit) {
        super(stage, version, clientId);
        this.topicFilter = topicFilter;
        this.audience = audience;
        this.random = stage.random(clientId);
        this.attendance = new Attendance(habit, random);
    }

    @Override
    boolean isWanted(long now) {
        return attendance.isThere(stage, now);
    }

    @Override
    void work(long now) throws IOException {
        if (isWanted(now)) {
            return;
        }
        if (random.nextBoolean()) {
            leavePolitely();
        } else {
            leaveAbruptly();
        }
    }

    @Override
    void resume(ConnAck answer) throws IOException {
        if (!answer.sessionPresent()) {
            subscribed = false;
            unreleased.clear();
        }
        if (!subscribed) {
            put(Packets.subscribe(version, nextPacketId(), topicFilter, audience.qos()));
        }
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        switch (type) {
            case Wire.SUBACK -> granted(bytes[end - 1] & 0xFF);
            case Wire.PUBLISH -> publish(bytes, Publish.read(version, bytes, start, body), end);
            case Wire.PUBREL -> pubrel(Wire.getShort(bytes, body));
            default -> throw violation("packet of type " + type + " for a subscriber");
        }
    }

    private void granted(int code) throws IOException {
        if (code != audience.qos()) {
            throw new IOException("SUBSCRIBE answered with " + code);
        }
        subscribed = true;
    }

    private void publish(byte[] bytes, Publish message, int end) throws IOException {
        Flow flow = stage.flows.of(bytes, message, end);
        if (flow == null) {
            stage.findings.add(Violation.DAMAGED, audience.name() + " got what nobody has sent");
        }
        if (message.qos() == 2) {
            String what = flow == null ? "damaged" : flow.topic() + " #" + message.sequence(bytes);
            String held = unreleased.putIfAbsent(message.packetId(), what);
            put(Packets.ack(Wire.PUBREC, message.packetId()));
            if (held != null) {
                requireSame(message.packetId(), held, what);
                return;
            }
        } else if (message.qos() == 1) {
            put(Packets.ack(Wire.PUBACK, message.packetId()));
        }
        if (flow != null) {
            audience.receive(flow, message.sequence(bytes), message.qos());
        }
    }

    private void requireSame(int packetId, String held, String came) {
        if (!held.equals(came)) {
            stage.findings.add(
                    Violation.PROTOCOL,
                    "%s got %s with identifier %d, which %s has not given back"
                            .formatted(clientId, came, packetId, held));
        }
    }

    private void pubrel(int packetId) throws IOException {
        unreleased.remove(packetId);
        put(Packets.ack(Wire.PUBCOMP, packetId));
    }

    @Override
    boolean isInUse(int packetId) {
        return false; // it waits for one answer at a time
    }

    /** Whether it is there and subscribed, as it has to be before anything is published. */
    @Override
    boolean isSettled() {
        return isConnected() && subscribed;
    }

    /** Whether everything has come that has to. */
    boolean isComplete() {
        return unreleased.isEmpty() && audience.isComplete();
    }
}
