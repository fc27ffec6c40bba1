// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Leaves one will after another: connects with a will that has a delay, and drops the connection without a word.
 *
 * <p>Used only on the loop's thread. A will counts as acknowledged with the CONNACK: it has to be published, once its delay is over, whether
 * the broker was killed before the connection was dropped, or while the will was pending. Each is that of another client
 * identifier, since one that comes back would take back its will.
 */
final class Testator extends Client {

    private static final int LONGEST_DELAY_SECONDS = 2;
    private static final int LONGEST_PAUSE_MILLIS = 400;

    private final Flow flow;
    private final Random random;
    private String currentId = "";
    private int sequence;
    private long nextWill;

    Testator(Stage stage, String clientId, Flow flow) {
        super(stage, Version.MQTT_5, clientId);
        this.flow = flow;
        this.random = stage.random(clientId);
    }

    @Override
    boolean isWanted(long now) {
        return stage.publishing && now - nextWill >= 0;
    }

    @Override
    byte[] connect() {
        sequence = flow.next();
        currentId = clientId + "-" + sequence;
        int delay = random.nextInt(LONGEST_DELAY_SECONDS + 1);
        return Packets.connect(currentId, new Packets.Will(flow.topic(), flow.payload(sequence), delay));
    }

    @Override
    void accepted(ConnAck answer) {
        if (answer.sessionPresent()) {
            stage.findings.add(Violation.SESSION, currentId + " asked for a clean start, and was told of a session");
        }
        flow.acknowledge(sequence);
        nextWill = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS));
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        throw violation("packet of type " + type + " for a client without subscriptions");
    }

    @Override
    void work(long now) {
        leaveAbruptly();
    }

    @Override
    boolean isSettled() {
        return !isConnected();
    }
}
