// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that publishes retained messages from within the broker's process, over a connection without a wire.
 *
 * <p>Used on its home thread. While the broker does not read, it is not ready, and nothing waits here.
 */
final class InsideClient implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(InsideClient.class);

    private static final String NAME = "sys-topics";
    private static final int LARGEST_PACKET = 268_435_460;

    /** How often it may be asked for before an answer to its CONNECT has come. */
    private static final int PATIENCE = 5;

    /** Where both ends of the connection are: here. */
    private static final SocketAddress HERE = new Here();

    private final Broker broker;
    private final ScheduledExecutorService home;
    private @Nullable Thread homeThread;
    private @Nullable ConnectionHandler handler;
    private Runnable whenConnected = () -> {};
    private boolean connected;
    private boolean paused;
    private boolean closed;
    private int unanswered;

    private static final class Here extends SocketAddress {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return NAME;
        }
    }

    InsideClient(Broker broker, ScheduledExecutorService home) {
        this.broker = broker;
        this.home = home;
    }

    boolean isOf(Broker other) {
        return broker == other;
    }

    /** Says CONNECT, and calls {@code whenDone} once it is accepted. */
    void connect(Runnable whenDone) {
        homeThread = Thread.currentThread();
        whenConnected = whenDone;
        ConnectionHandler accepted = broker.accept(this);
        handler = accepted;
        accepted.received(
                new Connect(ProtocolVersion.MQTT_5, true, 0, "$SYS/" + NAME, null, null, null, Properties.NONE));
        accepted.readComplete();
    }

    /** Whether the broker takes messages now. */
    boolean isReady() {
        return connected && !paused && !closed;
    }

    /** Whether nothing comes of it any more: it is closed, or was not let in when it was asked for the last time. */
    boolean isLost() {
        return closed || !connected && ++unanswered > PATIENCE;
    }

    Broker broker() {
        return broker;
    }

    /** Publishes a retained message. */
    void publish(Topic topic, String text) {
        say(new Publish(new Message(topic, Payload.of(text), Qos.AT_MOST_ONCE, true), 0));
    }

    /** Takes back what is retained in a topic. */
    void withdraw(Topic topic) {
        publish(topic, "");
    }

    /** Says DISCONNECT. */
    void leave() {
        say(new Disconnect(ReasonCode.SUCCESS));
        abandon();
    }

    /** All is said for now. */
    void pause() {
        ConnectionHandler to = handler;
        if (to != null && connected) {
            to.readComplete();
        }
    }

    private void say(Packet packet) {
        ConnectionHandler to = handler;
        if (to != null && isReady()) {
            to.received(packet);
        }
    }

    /** The broker is gone, or is left: it is told that the connection is closed. */
    void abandon() {
        ConnectionHandler left = handler;
        handler = null;
        closed = true;
        if (left != null) {
            left.closed();
        }
    }

    // ---- what the broker asks

    @Override
    public String listener() {
        return NAME;
    }

    @Override
    public @Nullable String internalPrincipal() {
        return INTERNAL + NAME;
    }

    @Override
    public SocketAddress remoteAddress() {
        return HERE;
    }

    @Override
    public SocketAddress localAddress() {
        return HERE;
    }

    @Override
    public ScheduledExecutorService executor() {
        return home;
    }

    @Override
    public boolean inExecutor() {
        return Thread.currentThread() == homeThread;
    }

    @Override
    public int maximumPacketSize() {
        return LARGEST_PACKET;
    }

    @Override
    public boolean send(Packet packet) {
        if (packet instanceof ConnAck answer) {
            connected = !answer.reasonCode().isError();
            if (connected) {
                home.execute(whenConnected); // not from within the broker
            } else {
                LOG.error("The broker refuses its own $SYS topics: {}", answer.reasonCode());
            }
        } else if (packet instanceof Disconnect farewell) {
            LOG.warn("The broker disconnects its own $SYS topics: {}", farewell.reasonCode());
        }
        return true;
    }

    /** There is no wire. */
    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
    }

    @Override
    public void close() {
        home.execute(() -> {
            if (!closed) {
                abandon();
            }
        });
    }
}
