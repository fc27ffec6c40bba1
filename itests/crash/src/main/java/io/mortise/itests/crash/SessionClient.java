// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;

/**
 * A client whose session outlives its connections, and who knows whether the broker still has to have it.
 *
 * <p>Used only on the loop's thread.
 */
abstract class SessionClient extends Client {

    private static final int HIGHEST_PACKET_ID = 65_535;

    // valid for the session
    private boolean established;
    private int attempts;
    private int lastPacketId;

    SessionClient(Stage stage, Version version, String clientId) {
        super(stage, version, clientId);
    }

    @Override
    final byte[] connect() {
        attempts++;
        return Packets.connect(version, clientId);
    }

    @Override
    final void accepted(ConnAck answer) throws IOException {
        if (established && !answer.sessionPresent()) {
            stage.findings.add(Violation.SESSION, clientId + " had a session, and was told that it has none");
        }
        if (attempts == 1 && answer.sessionPresent()) {
            stage.findings.add(Violation.SESSION, clientId + " had no session, and was told that it has one");
        }
        established = true;
        resume(answer);
    }

    /** Goes on with the session, or begins one: sends again what has to be. */
    abstract void resume(ConnAck answer) throws IOException;

    /** Whether a packet identifier is in use by this client. */
    abstract boolean isInUse(int packetId);

    final int nextPacketId() {
        do {
            lastPacketId = lastPacketId % HIGHEST_PACKET_ID + 1;
        } while (isInUse(lastPacketId));
        return lastPacketId;
    }
}
