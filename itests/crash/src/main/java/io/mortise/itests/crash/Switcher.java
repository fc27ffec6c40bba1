// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Subscribes and unsubscribes, and publishes to itself to see what the broker has kept of that.
 *
 * <p>Used only on the loop's thread. One step follows the other, and each is repeated until the broker has acknowledged it, whatever happens to
 * the broker meanwhile: change some subscriptions; wait a little; publish one message to each topic; wait for those that have to
 * come. What comes on a topic whose UNSUBACK was there before its message was published is a violation, and so is what does not come.
 */
final class Switcher extends SessionClient {

    private static final int SWITCHES = 8;
    private static final int LONGEST_PAUSE_MILLIS = 150;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int REFUSED = 0x80;

    private enum Step {
        CHANGE,
        PAUSE,
        PROBE,
        AWAIT,
        REST
    }

    /** One topic: whether we are subscribed to it, and what was published to it. */
    private static final class Switch {
        final Flow flow;
        final BitSet forbidden = new BitSet();
        boolean on;
        boolean wanted;
        boolean acknowledged;
        boolean arrived;
        int sequence = -1;
        // of the change or the message that is not acknowledged; 0 when there is none
        int packetId;

        Switch(Flow flow) {
            this.flow = flow;
        }
    }

    private final List<Switch> switches = new ArrayList<>();
    private final Random random;
    private Step step = Step.REST;
    private long since;
    private long pauseNanos;

    Switcher(Stage stage, Version version, String clientId) {
        super(stage, version, clientId);
        this.random = stage.random(clientId);
        for (int i = 0; i < SWITCHES; i++) {
            switches.add(new Switch(stage.flows.add(stage.root + "/switch/" + clientId + "/" + i, 1, false)));
        }
    }

    @Override
    void resume(ConnAck answer) throws IOException {
        since = System.nanoTime();
        if (!answer.sessionPresent()) {
            switches.forEach(each -> each.on = false);
            if (step != Step.REST) {
                change(); // what was kept is gone: begin with what we want now
            }
        } else if (step == Step.CHANGE) {
            change();
        } else if (step == Step.PROBE) {
            for (Switch each : switches) {
                if (each.packetId != 0) {
                    put(publish(each, true));
                }
            }
        }
    }

    @Override
    void work(long now) throws IOException {
        switch (step) {
            case REST -> {
                if (stage.publishing) {
                    switches.forEach(each -> each.wanted = random.nextBoolean());
                    change();
                }
            }
            case PAUSE -> {
                if (now - since >= pauseNanos) {
                    probe();
                }
            }
            case AWAIT -> await(now);
            case CHANGE, PROBE -> {
                // the answers say when they are done
            }
        }
    }

    private void change() throws IOException {
        step = Step.CHANGE;
        for (Switch each : switches) {
            each.packetId = 0;
        }
        for (Switch each : switches) {
            if (each.wanted != each.on) {
                each.packetId = nextPacketId();
                String filter = each.flow.topic();
                put(
                        each.wanted
                                ? Packets.subscribe(version, each.packetId, filter, 1)
                                : Packets.unsubscribe(version, each.packetId, filter));
            }
        }
        pauseWhenChanged();
    }

    private void pauseWhenChanged() {
        if (!isAnyOpen()) {
            step = Step.PAUSE;
            since = System.nanoTime();
            pauseNanos = TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS));
        }
    }

    private void probe() throws IOException {
        step = Step.PROBE;
        for (Switch each : switches) {
            each.sequence = each.flow.next();
            each.acknowledged = false;
            each.arrived = false;
            if (!each.on) {
                each.forbidden.set(each.sequence);
            }
            each.packetId = nextPacketId();
            put(publish(each, false));
        }
    }

    private byte[] publish(Switch each, boolean dup) {
        byte[] payload = each.flow.payload(each.sequence);
        return Packets.publish(version, each.flow.topic(), 1, false, dup, each.packetId, payload);
    }

    private void await(long now) {
        boolean complete = switches.stream().noneMatch(Switcher::isAwaited);
        if (!complete && now - since < PATIENCE_NANOS) {
            return;
        }
        for (Switch each : switches) {
            if (isAwaited(each)) {
                stage.findings.add(
                        Violation.SUBSCRIPTION,
                        "%s is subscribed, and did not get %s #%d"
                                .formatted(clientId, each.flow.topic(), each.sequence));
            }
        }
        step = Step.REST;
    }

    private static boolean isAwaited(Switch each) {
        return each.on && each.acknowledged && !each.arrived;
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        switch (type) {
            case Wire.SUBACK, Wire.UNSUBACK -> changed(type, Wire.getShort(bytes, body), code(bytes, body, end));
            case Wire.PUBACK -> acknowledged(Wire.getShort(bytes, body), reason(bytes, body, end));
            case Wire.PUBLISH -> arrived(bytes, Publish.read(version, bytes, start, body), end);
            default -> throw violation("packet of type " + type + " for a QoS 1 client");
        }
    }

    // MQTT 3.1.1 has no code in its UNSUBACK
    private static int code(byte[] bytes, int body, int end) {
        return end > body + 2 ? bytes[end - 1] & 0xFF : 0;
    }

    private void changed(int type, int packetId, int code) throws IOException {
        Switch of = open(type, packetId);
        if (code >= REFUSED) {
            throw new IOException("refused with " + code); // and asks again when it has come back
        }
        of.on = of.wanted;
        of.packetId = 0;
        pauseWhenChanged();
    }

    private void acknowledged(int packetId, int reason) throws IOException {
        Switch of = open(Wire.PUBACK, packetId);
        of.acknowledged = reason < REFUSED;
        of.packetId = 0;
        if (!isAnyOpen()) {
            step = Step.AWAIT;
            since = System.nanoTime();
        }
    }

    private Switch open(int type, int packetId) throws IOException {
        for (Switch each : switches) {
            if (each.packetId == packetId) {
                return each;
            }
        }
        throw violation("packet of type " + type + " for identifier " + packetId + ", which is not in use");
    }

    private void arrived(byte[] bytes, Publish message, int end) throws IOException {
        Flow flow = stage.flows.of(bytes, message, end);
        for (Switch each : switches) {
            if (each.flow == flow) {
                arrived(each, message.sequence(bytes));
            }
        }
        if (flow == null) {
            stage.findings.add(Violation.DAMAGED, clientId + " got what nobody has sent");
        }
        if (message.qos() > 0) {
            put(Packets.ack(Wire.PUBACK, message.packetId()));
        }
    }

    private void arrived(Switch at, int sequence) {
        if (sequence == at.sequence) {
            at.arrived = true;
        }
        if (at.forbidden.get(sequence)) {
            stage.findings.add(
                    Violation.SUBSCRIPTION,
                    "%s has unsubscribed, and got %s #%d".formatted(clientId, at.flow.topic(), sequence));
        }
    }

    private boolean isAnyOpen() {
        return switches.stream().anyMatch(each -> each.packetId != 0);
    }

    @Override
    boolean isInUse(int packetId) {
        return switches.stream().anyMatch(each -> each.packetId == packetId);
    }

    @Override
    boolean isSettled() {
        return isConnected() && step == Step.REST;
    }
}
