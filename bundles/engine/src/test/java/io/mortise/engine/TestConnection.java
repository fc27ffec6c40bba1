// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection inside the process, with a thread of its own, that behaves as a transport does: what arrives while reading is
 * paused stays where it is, and what the handler throws ends the connection.
 */
final class TestConnection implements Connection {
    private final ScheduledExecutorService executor;
    private final boolean ownsExecutor;
    private volatile @Nullable Thread home;

    private final List<Packet> sent = new ArrayList<>();
    private int flushed;
    private volatile boolean writable = true;
    private volatile boolean failing;
    private volatile boolean deaf;
    private volatile @Nullable String internalPrincipal;
    private volatile int largestPayload = Integer.MAX_VALUE;
    private volatile @Nullable PacketType tooLarge;
    private volatile boolean closed;
    private volatile boolean paused;
    private volatile @Nullable Throwable fault;
    private volatile boolean faultExpected;
    private volatile @Nullable ReasonCode closedFor;
    volatile @Nullable ClientCertificate certificate;
    private volatile Function<Packet, @Nullable Packet> reaction = packet -> null;

    // home thread
    private final Deque<Packet> inbox = new ArrayDeque<>();
    private @Nullable ConnectionHandler handler;
    private boolean held;
    private boolean delivering;
    private boolean toldClosed;

    TestConnection() {
        this(Executors.newSingleThreadScheduledExecutor(), true);
    }

    TestConnection(ScheduledExecutorService executor) {
        this(executor, false);
    }

    private TestConnection(ScheduledExecutorService executor, boolean ownsExecutor) {
        this.executor = executor;
        this.ownsExecutor = ownsExecutor;
        onHome(() -> home = Thread.currentThread());
    }

    // ---- what a test does

    /** What the transport says when its listener is removed. */
    void dismiss(ReasonCode reasonCode, String reason) {
        onHome(() -> {
            if (handler != null) {
                handler.dismissed(reasonCode, reason);
            }
        });
    }

    void accept(Broker broker) {
        onHome(() -> handler = broker.accept(this));
    }

    /** Packets arrive in one burst. */
    void arrive(Packet... packets) {
        executor.execute(() -> {
            inbox.addAll(List.of(packets));
            deliver();
        });
    }

    /** The peer breaks off. */
    void breakOff() {
        onHome(() -> {
            closed = true;
            tellClosed();
        });
    }

    void writable(boolean now) {
        onHome(() -> {
            writable = now;
            if (handler != null) {
                handler.writabilityChanged();
            }
        });
    }

    /** The transport or the codec finds something wrong. */
    void violate(ProtocolViolation violation) {
        onHome(() -> {
            if (handler != null) {
                handler.violated(violation);
            }
        });
    }

    /** What the peer answers, by itself. */
    void reaction(Function<Packet, @Nullable Packet> answers) {
        reaction = answers;
    }

    /** Whether a PUBLISH cannot be written. */
    void failing(boolean now) {
        failing = now;
    }

    void largestPayload(int bytes) {
        largestPayload = bytes;
    }

    /** A part of the wire is away, or is back. */
    void deaf(boolean now) {
        deaf = now;
    }

    /** Before the broker accepts it: it is a part of the broker's own process. */
    void internal(String principal) {
        internalPrincipal = principal;
    }

    /** The client has no room for packets of this type. */
    void tooLarge(PacketType type) {
        tooLarge = type;
    }

    /** As a transport does before it asks the broker for its connections. */
    void hold() {
        onHome(() -> held = true);
    }

    CompletableFuture<HandOver> release() {
        return call(this::releaseNow);
    }

    /** The same on the home thread. */
    CompletableFuture<HandOver> releaseNow() {
        ConnectionHandler leaving = handler;
        handler = null;
        return leaving == null
                ? CompletableFuture.completedFuture(HandOver.NOTHING_YET)
                : leaving.release().toCompletableFuture();
    }

    void resume(Broker broker, HandOver left) {
        onHome(() -> {
            held = false;
            paused = true;
            handler = broker.resume(this, left);
            deliver();
            if (closed) {
                tellClosed();
            }
        });
    }

    void end() {
        breakOff();
        if (ownsExecutor) {
            executor.shutdownNow();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** The reason with which it was closed. */
    @Nullable
    ReasonCode closedFor() {
        return closedFor;
    }

    boolean isPaused() {
        return paused;
    }

    /** A fault that comes here is what the test wants. */
    void expectFault() {
        faultExpected = true;
    }

    /** What it did not expect. */
    @Nullable
    Throwable fault() {
        return faultExpected ? null : fault;
    }

    /** What was sent and flushed. */
    List<Packet> sent() {
        synchronized (sent) {
            return List.copyOf(sent.subList(0, flushed));
        }
    }

    void onHome(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    <T> T call(Callable<T> task) {
        try {
            return Thread.currentThread() == home
                    ? task.call()
                    : executor.submit(task).get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            boolean any = false;
            while (handler != null && !held && !paused && !closed && !inbox.isEmpty()) {
                any = true;
                handler.received(inbox.remove());
            }
            if (any && handler != null) {
                handler.readComplete();
            }
        } catch (ProtocolViolation violation) {
            handler.violated(violation);
        } catch (Throwable failure) {
            fault = failure;
            close();
        } finally {
            delivering = false;
        }
    }

    private void tellClosed() {
        ConnectionHandler to = handler;
        if (to != null && !toldClosed) {
            toldClosed = true;
            to.closed();
        }
    }

    // ---- what the broker asks

    @Override
    public boolean send(Packet packet) {
        check();
        if (failing && packet instanceof Publish) {
            throw new IllegalStateException("broken wire");
        }
        if (packet instanceof Publish publish && publish.message().payload().size() > largestPayload) {
            return false;
        }
        if (packet.type() == tooLarge) {
            return false;
        }
        synchronized (sent) {
            if (!closed) {
                sent.add(packet);
            }
        }
        Packet answer = reaction.apply(packet);
        if (answer != null) {
            arrive(answer);
        }
        return true;
    }

    @Override
    public void flush() {
        check();
        synchronized (sent) {
            flushed = sent.size();
        }
    }

    @Override
    public boolean isWritable() {
        check();
        return writable;
    }

    @Override
    public void pauseReading() {
        check();
        paused = true;
    }

    @Override
    public void resumeReading() {
        check();
        paused = false;
        deliver();
    }

    @Override
    public boolean isReading() {
        return !deaf && !paused;
    }

    @Override
    public @Nullable String internalPrincipal() {
        return internalPrincipal;
    }

    @Override
    public @Nullable ClientCertificate certificate() {
        return certificate;
    }

    @Override
    public void close(ReasonCode reasonCode) {
        closedFor = reasonCode;
        close();
    }

    @Override
    public void close() {
        synchronized (sent) {
            closed = true;
            flushed = sent.size();
        }
        executor.execute(this::tellClosed);
    }

    private void check() {
        if (!inExecutor()) {
            fault = new IllegalStateException("called on " + Thread.currentThread());
            throw new IllegalStateException(fault);
        }
    }

    @Override
    public String listener() {
        return "test";
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("client", 1);
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("broker", 1883);
    }

    @Override
    public ScheduledExecutorService executor() {
        return executor;
    }

    @Override
    public boolean inExecutor() {
        return Thread.currentThread() == home;
    }

    @Override
    public int maximumPacketSize() {
        return 1_048_576;
    }
}
