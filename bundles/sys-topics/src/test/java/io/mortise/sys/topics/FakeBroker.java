// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A broker that keeps what is published to it, and says what a test wants. */
final class FakeBroker implements Broker, BrokerAdmin {
    final Map<String, String> retained = new ConcurrentHashMap<>();
    final Map<String, Long> numbers = new ConcurrentHashMap<>();
    volatile @Nullable Connection connection;
    volatile @Nullable ReasonCode disconnected;
    volatile boolean closed;
    volatile int connects;

    @Override
    public ConnectionHandler accept(Connection accepted) {
        connection = accepted;
        closed = false;
        return new Handler(accepted);
    }

    private final class Handler implements ConnectionHandler {
        private final Connection peer;

        private Handler(Connection peer) {
            this.peer = peer;
        }

        @Override
        public void received(Packet packet) {
            if (!peer.inExecutor()) {
                throw new IllegalStateException("called on " + Thread.currentThread());
            }
            if (packet instanceof Connect) {
                connects++;
                peer.pauseReading();
                peer.send(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
                peer.resumeReading();
            } else if (packet instanceof Publish publish) {
                Message message = publish.message();
                if (message.payload().isEmpty()) {
                    retained.remove(message.topic().name());
                } else {
                    retained.put(message.topic().name(), message.payload().toText());
                }
            } else if (packet instanceof Disconnect farewell) {
                disconnected = farewell.reasonCode();
            }
        }

        @Override
        public void readComplete() {}

        @Override
        public void violated(ProtocolViolation violation) {}

        @Override
        public void dismissed(ReasonCode reasonCode, String reason) {}

        @Override
        public void writabilityChanged() {}

        @Override
        public void closed() {
            closed = true;
        }

        @Override
        public CompletionStage<HandOver> release() {
            return CompletableFuture.completedFuture(HandOver.NOTHING_YET);
        }
    }

    @Override
    public ConnectionHandler resume(Connection resumed, HandOver handOver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void serve() {}

    @Override
    public void retire() {}

    @Override
    public List<SessionStatus> sessions() {
        return List.of();
    }

    @Override
    public @Nullable SessionStatus session(String clientId) {
        return null;
    }

    @Override
    public int move(@Nullable String clientId, String server, boolean permanent) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean disconnect(String clientId, ReasonCode reasonCode) {
        return false;
    }

    @Override
    public List<Message> retained(TopicFilter filter) {
        return List.of();
    }

    @Override
    public String moveStore(String from, String to, boolean replace, Consumer<String> progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void changeStores(Consumer<Set<String>> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Long> statistics() {
        return new TreeMap<>(numbers);
    }
}
