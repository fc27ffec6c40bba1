// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.Broker;
import io.mortise.transport.wire.Codec;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop with the connections that live on it, and with the codec and the broker that they have.
 *
 * <p>All of it is owned by the event loop. The methods that return a future are called by the {@link Switchboard} on
 * any thread; they do their work on the loop, for each connection there, and those of one caller in the order of its
 * calls. A connection that comes later finds what they left. So nobody is missed, and nobody needs a lock: on one
 * loop, a connection comes either before such a step, which then reaches it, or after it.
 */
final class HomeLoop {

    private final EventLoop eventLoop;
    private final PartialPackets partialPackets;
    private final LoopTraffic traffic = new LoopTraffic();
    private final Set<PacketHandler> connections = new HashSet<>();

    private @Nullable Codec codec;
    private @Nullable Broker broker;

    /**
     * A loop without connections.
     *
     * @param partialPackets those of all loops
     */
    HomeLoop(EventLoop eventLoop, PartialPackets partialPackets) {
        this.eventLoop = eventLoop;
        this.partialPackets = partialPackets;
    }

    PartialPackets partialPackets() {
        return partialPackets;
    }

    /** What goes over its connections. */
    LoopTraffic traffic() {
        return traffic;
    }

    /** Measures what its connections hold, from now on and as long as it runs. */
    void measureEvery(int millis) {
        eventLoop.scheduleWithFixedDelay(this::measure, millis, millis, TimeUnit.MILLISECONDS);
    }

    void measure() {
        long held = 0;
        for (PacketHandler connection : connections) {
            held += connection.bytesHeld();
        }
        traffic.held(held);
    }

    /** A connection has come. */
    void add(PacketHandler connection) {
        assert eventLoop.inEventLoop();
        connections.add(connection);
        if (codec != null) {
            connection.switchCodec(codec);
        }
        if (broker != null) {
            connection.attach(broker);
        }
    }

    /** A connection has gone. */
    void remove(PacketHandler connection) {
        assert eventLoop.inEventLoop();
        connections.remove(connection);
    }

    /** Gives every connection this codec, or takes it from them. */
    CompletableFuture<Void> switchCodec(@Nullable Codec next) {
        return onLoop(() -> {
            codec = next;
            forEach(connection -> connection.switchCodec(next));
        });
    }

    /** From now on no packet reaches the broker, and no new connection does. */
    CompletableFuture<Void> hold() {
        return onLoop(() -> {
            broker = null;
            forEach(PacketHandler::hold);
        });
    }

    /** Asks the broker for its connections; completes when it has given back every one. */
    CompletableFuture<Void> release() {
        CompletableFuture<Void> released = new CompletableFuture<>();
        onLoop(() -> CompletableFuture.allOf(List.copyOf(connections).stream()
                        .map(PacketHandler::release)
                        .toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> released.complete(null)));
        return released;
    }

    /** Hands every connection to this broker, and every one that comes. */
    CompletableFuture<Void> attach(Broker next) {
        return onLoop(() -> {
            broker = next;
            forEach(connection -> connection.attach(next));
        });
    }

    /** Closes every connection. */
    CompletableFuture<Void> close() {
        return onLoop(() -> forEach(PacketHandler::shutDown));
    }

    private CompletableFuture<Void> onLoop(Runnable step) {
        return CompletableFuture.runAsync(step, eventLoop);
    }

    /** On a copy: a connection may go while it is being dealt with. */
    private void forEach(Consumer<PacketHandler> step) {
        List.copyOf(connections).forEach(step);
    }
}
