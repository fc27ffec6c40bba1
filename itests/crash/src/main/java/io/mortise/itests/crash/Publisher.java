// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Publishes in bursts at QoS 1 or 2, and completes every handshake whatever happens to the broker.
 *
 * <p>Used only on the loop's thread. A message is acknowledged with its PUBACK or PUBREC: from then on it is the broker's. When the
 * broker comes back with the session, what is open is sent again in its order, PUBLISH with DUP or PUBREL (4.4); when the session
 * is gone, what was not acknowledged is sent as if for the first time.
 */
final class Publisher extends SessionClient {

    private static final int REFUSED = 0x80;
    private static final int PACKET_IDENTIFIER_NOT_FOUND = 0x92;

    private final List<Flow> flows;
    private final int qos;
    private final int window;
    private final double perNano;
    private final Random random;

    // valid for the session: by packet identifier, in the order in which they began
    private final Map<Integer, Handshake> open = new LinkedHashMap<>();

    // valid for the connection
    private int receiveMaximum;
    private long nextBurst;

    private static final class Handshake {
        final Flow flow;
        final int sequence;
        boolean released;

        Handshake(Flow flow, int sequence) {
            this.flow = flow;
            this.sequence = sequence;
        }
    }

    /**
     * A publisher of these flows, which have the same QoS.
     *
     * @param window how many handshakes may be open
     * @param rate messages a second
     */
    Publisher(Stage stage, Version version, String clientId, List<Flow> flows, int window, double rate) {
        super(stage, version, clientId);
        this.flows = flows;
        this.qos = flows.get(0).qos();
        this.window = window;
        this.perNano = rate / TimeUnit.SECONDS.toNanos(1);
        this.random = stage.random(clientId);
    }

    @Override
    void resume(ConnAck answer) throws IOException {
        receiveMaximum = answer.receiveMaximum();
        if (answer.sessionPresent()) {
            for (Map.Entry<Integer, Handshake> each : open.entrySet()) {
                Handshake handshake = each.getValue();
                put(
                        handshake.released
                                ? Packets.ack(Wire.PUBREL, each.getKey())
                                : publish(handshake, each.getKey(), true));
            }
        } else {
            List<Handshake> unfinished = new ArrayList<>(open.values());
            open.clear();
            for (Handshake handshake : unfinished) {
                if (!handshake.released) {
                    begin(handshake.flow, handshake.sequence);
                }
            }
        }
    }

    @Override
    void work(long now) throws IOException {
        if (!stage.publishing || now < nextBurst || isHeldBack()) {
            return;
        }
        int burst = 1 + random.nextInt(window);
        nextBurst = now + (long) (burst / perNano);
        for (int i = 0; i < burst && open.size() < Math.min(window, receiveMaximum); i++) {
            Flow flow = flows.get(random.nextInt(flows.size()));
            stage.findings.published++;
            begin(flow, flow.next());
        }
    }

    // While it is looked at, what is retained stays as it is.
    private boolean isHeldBack() {
        return flows.get(0).isRetained() && stage.retainedChecked < stage.retainedAsked;
    }

    private void begin(Flow flow, int sequence) throws IOException {
        Handshake handshake = new Handshake(flow, sequence);
        int packetId = nextPacketId();
        open.put(packetId, handshake);
        put(publish(handshake, packetId, false));
    }

    private byte[] publish(Handshake handshake, int packetId, boolean dup) {
        Flow flow = handshake.flow;
        byte[] payload = flow.payload(handshake.sequence);
        return Packets.publish(version, flow.topic(), qos, flow.isRetained(), dup, packetId, payload);
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        int packetId = Wire.getShort(bytes, body);
        int reason = reason(bytes, body, end);
        Handshake handshake = open.get(packetId);
        if (handshake == null) {
            throw violation("packet of type " + type + " for identifier " + packetId + ", which is not in use");
        }
        switch (type) {
            case Wire.PUBACK -> puback(packetId, handshake, reason);
            case Wire.PUBREC -> pubrec(packetId, handshake, reason);
            case Wire.PUBCOMP -> pubcomp(packetId, handshake, reason);
            default -> throw violation("packet of type " + type + " for a publisher");
        }
    }

    private void puback(int packetId, Handshake handshake, int reason) throws IOException {
        if (qos != 1) {
            throw violation("PUBACK at QoS 2");
        }
        open.remove(packetId);
        answered(handshake, reason);
        if (reason < REFUSED) {
            handshake.flow.complete(handshake.sequence);
        }
    }

    private void pubrec(int packetId, Handshake handshake, int reason) throws IOException {
        if (qos != 2) {
            throw violation("PUBREC at QoS 1");
        }
        if (reason >= REFUSED) {
            open.remove(packetId);
        } else {
            put(Packets.ack(Wire.PUBREL, packetId));
        }
        if (!handshake.released) {
            handshake.released = true;
            answered(handshake, reason);
        }
    }

    // A broker that was killed between its PUBCOMP and our reading it knows nothing of the identifier any more.
    private void pubcomp(int packetId, Handshake handshake, int reason) throws IOException {
        if (!handshake.released || reason >= REFUSED && reason != PACKET_IDENTIFIER_NOT_FOUND) {
            throw violation("PUBCOMP with reason " + reason + (handshake.released ? "" : " before PUBREL"));
        }
        open.remove(packetId);
        handshake.flow.complete(handshake.sequence);
    }

    // What is refused is not sent again: it would come after its successors.
    private void answered(Handshake handshake, int reason) {
        if (reason >= REFUSED) {
            stage.findings.refused++;
        } else {
            stage.findings.acknowledged++;
            handshake.flow.acknowledge(handshake.sequence);
        }
    }

    @Override
    boolean isInUse(int packetId) {
        return open.containsKey(packetId);
    }

    @Override
    boolean isSettled() {
        return isConnected() && open.isEmpty();
    }
}
