// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT client up to the point where it is ready: CONNECT, CONNACK, and a subscription if it has one.
 *
 * <p>Used only on the loop's thread. As it is, it is an idle client; {@link Publisher} and {@link Subscriber} add what they do
 * with messages.
 */
class Client implements Peer {

    private static final byte[] PINGREQ = Wire.empty(Wire.PINGREQ);
    private static final byte[] DISCONNECT = Wire.empty(Wire.DISCONNECT);
    private static final int SUBSCRIBE_ID = 1;

    private final String clientId;
    private final @Nullable String topicFilter;
    private final int qos;
    private final boolean cleanSession;

    private @Nullable Connection connection;
    private boolean ready;
    private boolean answered;
    private @Nullable IOException failure;

    /** A client that subscribes to nothing when the filter is null. */
    Client(String clientId, @Nullable String topicFilter, int qos, boolean cleanSession) {
        this.clientId = clientId;
        this.topicFilter = topicFilter;
        this.qos = qos;
        this.cleanSession = cleanSession;
    }

    @Override
    public void connected(Connection connection) throws IOException {
        this.connection = connection;
        connection.send(Wire.connect(clientId, cleanSession));
    }

    @Override
    public final void packet(byte[] bytes, int start, int body, int end) throws IOException {
        int type = (bytes[start] & 0xFF) >> 4;
        switch (type) {
            case Wire.CONNACK -> accepted(bytes[body + 1]);
            case Wire.SUBACK -> granted(bytes[end - 1]);
            case Wire.PINGRESP -> answered = true;
            default -> received(type, bytes, start, body, end);
        }
    }

    private void accepted(int returnCode) throws IOException {
        if (returnCode != 0) {
            throw new IOException("CONNECT of " + clientId + " refused with return code " + returnCode);
        }
        if (topicFilter == null) {
            ready = true;
        } else {
            connection().send(Wire.subscribe(SUBSCRIBE_ID, topicFilter, qos));
        }
    }

    private void granted(int returnCode) throws IOException {
        if (returnCode != qos) {
            throw new IOException("SUBSCRIBE with QoS " + qos + " answered by return code " + (returnCode & 0xFF));
        }
        ready = true;
    }

    /** Any packet but CONNACK, SUBACK and PINGRESP. */
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        throw new IOException("packet of type " + type + " for the idle client " + clientId);
    }

    @Override
    public void lost(IOException reason) {
        failure = new IOException("client " + clientId + ": " + reason.getMessage(), reason);
    }

    final Connection connection() {
        if (connection == null) {
            throw new IllegalStateException(clientId + " is not connected");
        }
        return connection;
    }

    final boolean isReady() {
        return ready;
    }

    /** Why the connection ended before {@link #disconnect}, or null. */
    final @Nullable IOException failure() {
        return failure;
    }

    final void ping() throws IOException {
        answered = false;
        connection().send(PINGREQ);
    }

    /** Whether the last ping was answered. */
    final boolean isAnswered() {
        return answered;
    }

    final void disconnect() throws IOException {
        if (connection != null && failure == null) {
            connection.send(DISCONNECT);
            connection.close();
        }
    }
}
