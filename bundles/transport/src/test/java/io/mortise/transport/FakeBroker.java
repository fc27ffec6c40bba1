// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Writes down what it is told, and does with each packet what a test wants. */
final class FakeBroker implements Broker {
    final List<FakeHandler> handlers = new CopyOnWriteArrayList<>();
    final BiConsumer<Connection, Packet> action;
    final List<Integer> resumedBeforeServing = new CopyOnWriteArrayList<>();
    volatile boolean retired;
    volatile boolean readsOn = true;
    volatile int openWhenRetired = -1;

    FakeBroker(BiConsumer<Connection, Packet> action) {
        this.action = action;
    }

    /** A broker that only listens. */
    FakeBroker() {
        this((connection, packet) -> {});
    }

    /** A broker that sends back what it gets. */
    static FakeBroker echo() {
        return new FakeBroker((connection, packet) -> {
            if (packet instanceof PubAck) {
                connection.send(packet);
            }
        });
    }

    @Override
    public ConnectionHandler accept(Connection connection) {
        return handler(connection, "accepted");
    }

    @Override
    public ConnectionHandler resume(Connection connection, HandOver handOver) {
        FakeHandler handler = handler(connection, "resumed");
        handler.handOver = handOver;
        if (readsOn) {
            connection.resumeReading();
        }
        return handler;
    }

    private FakeHandler handler(Connection connection, String how) {
        if (retired) {
            throw new IllegalStateException("retired");
        }
        FakeHandler handler = new FakeHandler(connection);
        handler.note(how);
        handlers.add(handler);
        return handler;
    }

    @Override
    public void serve() {
        resumedBeforeServing.add((int)
                handlers.stream().filter(handler -> handler.handOver != null).count());
    }

    @Override
    public void retire() {
        openWhenRetired =
                (int) handlers.stream().filter(handler -> !handler.over).count();
        retired = true;
    }

    FakeHandler only() {
        if (handlers.size() != 1) {
            throw new AssertionError("one connection expected, got " + handlers.size());
        }
        return handlers.get(0);
    }

    final class FakeHandler implements ConnectionHandler {
        final Connection connection;
        final List<String> events = Collections.synchronizedList(new ArrayList<>());
        volatile boolean over;
        volatile CompletionStage<HandOver> leaves = CompletableFuture.completedFuture(handOverOf(1));
        volatile HandOver handOver;
        volatile Runnable onReadComplete = () -> {};
        volatile Runnable onWritabilityChanged = () -> {};

        FakeHandler(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void received(Packet packet) {
            note(packet instanceof PubAck ack ? String.valueOf(ack.packetId()) : "CONNECT");
            action.accept(connection, packet);
        }

        @Override
        public void readComplete() {
            note("-");
            onReadComplete.run();
            connection.flush();
        }

        @Override
        public void violated(ProtocolViolation violation) {
            note(violation.reasonCode().name());
            connection.close();
        }

        @Override
        public void dismissed(ReasonCode reasonCode, String reason) {
            note("dismissed " + reasonCode);
            connection.close(reasonCode);
        }

        @Override
        public void writabilityChanged() {
            note("writable=" + connection.isWritable());
            onWritabilityChanged.run();
        }

        @Override
        public void closed() {
            note("closed");
            over = true;
        }

        @Override
        public CompletionStage<HandOver> release() {
            note("released");
            over = true;
            return leaves;
        }

        private void note(String event) {
            if (!connection.inExecutor()) {
                throw new AssertionError(event + " on a thread that is not the home thread");
            }
            if (over) {
                throw new AssertionError(event + " after the end");
            }
            events.add(event);
        }
    }

    /** A hand-over that can be told from others. */
    static HandOver handOverOf(int keepAliveSeconds) {
        return new HandOver(
                new Connect(ProtocolVersion.MQTT_5, true, keepAliveSeconds, "", null, null, null, Properties.NONE),
                null);
    }
}
