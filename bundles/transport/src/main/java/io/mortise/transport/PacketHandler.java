// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.Codec;
import io.mortise.transport.wire.ConnectionCodec;
import io.mortise.transport.wire.DoorSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the pipeline of a connection and the broker: bytes in, packets on, and whatever happens to the
 * connection told in order.
 *
 * <p>Owned by the event loop of its connection.
 *
 * <p>A packet goes on while somebody serves the connection, a codec is there, and nobody has paused it. Otherwise
 * everything stays where it is: what was read in the {@link PacketFramer}, the rest in the socket. The end of the
 * connection keeps its place behind the packets that arrived before it; a DISCONNECT is not lost because the broker
 * was away.
 *
 * <p>Whatever the codec or the broker throws ends this connection and no other.
 */
final class PacketHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PacketHandler.class);

    /** A time at which nothing begins. */
    private static final long NOT_TIMED = Long.MIN_VALUE;

    // for life
    private final Channel channel;
    private final DoorSettings settings;
    private final HomeLoop home;
    private final Peer peer;
    private final PacketFramer framer;
    private final NettyConnection connection;

    // from accept to the first packet
    private @Nullable Future<?> connectDeadline;

    // who serves it: nobody yet, this handler, or nobody again, and then what the last one left
    private @Nullable ConnectionHandler handler;
    private boolean releasing;
    private @Nullable HandOver handOver;

    // why no packet goes on
    private boolean held; // the broker is being replaced
    private boolean paused; // the broker said so
    private boolean deaf; // after a violation, a fault or a close: nothing that arrives matters

    // where it is
    private boolean begun;
    private boolean delivering;
    private boolean decoding;
    private boolean inBurst; // packets were handed over since the last readComplete()
    private boolean writabilityDue;
    private boolean failed;
    private boolean ended;
    private boolean gone;

    PacketHandler(Channel channel, DoorSettings settings, HomeLoop home, Peer peer) {
        this.channel = channel;
        this.settings = settings;
        this.home = home;
        this.peer = peer;
        this.framer = new PacketFramer(settings.limits().maximumPacketSize(), home.partialPackets());
        this.connection = new NettyConnection(channel, settings, peer, this, home.traffic());
    }

    // What the pipeline says.

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (channel.isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin();
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        LOG.debug("{} opened", connection);
        long passedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - peer.sinceNanos());
        awaitConnect(Math.max(1, settings.limits().connectTimeoutMillis() - passedMillis));
        home.add(this);
        adjustReading();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (deaf) {
            bytes.release();
            return;
        }
        home.traffic().received(bytes.readableBytes());
        framer.add(bytes);
        deliver(false);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        deliver(true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // It may come from within a send or a flush of the broker, who must not be called back there.
        if (!writabilityDue) {
            writabilityDue = true;
            channel.eventLoop().execute(this::reportWritability);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A decoder below, of TLS say, could not make sense of what came.
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{} broke: {}", connection, cause.toString());
            channel.close();
        } else {
            fail(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        LOG.debug("{} closed", connection);
        connection.closed();
        // A broker that has paused until more can be written would wait for ever.
        reportWritability();
        end();
    }

    // What the home loop says, when a part comes or goes.

    void switchCodec(@Nullable Codec codec) {
        try {
            connection.switchCodec(codec);
        } catch (Throwable fault) {
            fail(fault);
            return;
        }
        reportWritability();
        if (codec != null && connection.hasBegun()) {
            inBurst = true; // so that the broker is told that the client can be heard again
        }
        deliver(true);
    }

    /** Hands no packet over from now on, until a broker has it again. */
    void hold() {
        held = true;
        adjustReading();
    }

    /** Asks the broker for the connection; completes on the home thread when it is here, or is given up. */
    CompletableFuture<Void> release() {
        ConnectionHandler leaving = handler;
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (leaving == null) {
            done.complete(null);
            return done;
        }
        handler = null;
        releasing = true;
        try {
            leaving.release()
                    .whenComplete((left, fault) -> onLoop(() -> {
                        released(left, fault);
                        done.complete(null);
                    }));
        } catch (Throwable fault) {
            released(null, fault);
            done.complete(null);
        }
        connection.flush();
        return done;
    }

    private void released(@Nullable HandOver left, @Nullable Throwable fault) {
        if (!releasing) {
            return; // too late: it was given up
        }
        releasing = false;
        if (left == null) {
            fail(fault != null ? fault : new IllegalStateException("released without a hand-over"));
            return;
        }
        handOver = left;
    }

    /** Lets this broker have the connection: a new one, or one that another broker has released. */
    void attach(Broker broker) {
        held = false;
        if (releasing) {
            releasing = false;
            fail(new IllegalStateException("the previous broker did not release the connection in time"));
            return;
        }
        if (deaf && handOver == null) {
            return;
        }
        HandOver left = handOver;
        try {
            if (left == null) {
                handler = broker.accept(connection);
            } else {
                paused = true;
                handler = broker.resume(connection, left);
            }
        } catch (Throwable fault) {
            fail(fault);
        }
        handOver = null;
        deliver(true);
    }

    /** How many bytes wait here: to be handed over, and to be sent. */
    long bytesHeld() {
        return framer.bytesHeld() + connection.bytesWaiting();
    }

    /** The connection has to end, through no fault of the client: the broker, if there is one, says so to it. */
    void dismiss(ReasonCode reasonCode, String reason) {
        ConnectionHandler to = handler;
        if (to == null) {
            connection.close(reasonCode);
            return;
        }
        try {
            to.dismissed(reasonCode, reason);
        } catch (Throwable fault) {
            fail(fault);
        }
    }

    /** The transport ends. */
    void shutDown() {
        channel.close();
    }

    // What the connection says, on behalf of the broker.

    void pauseReading() {
        paused = true;
        adjustReading();
    }

    void resumeReading() {
        paused = false;
        deliver(true);
    }

    /** Nothing that arrives matters any more. */
    void stopListening() {
        deaf = true;
        cancelConnectDeadline();
        framer.clear();
        adjustReading();
    }

    /** The connection is over, as far as the broker is concerned. */
    void end() {
        ended = true;
        cancelConnectDeadline();
        adjustReading();
        goIfOver();
    }

    /** A fault of a part: it costs this connection. */
    void fail(Throwable fault) {
        if (!failed) {
            failed = true;
            LOG.error("{} closed because of a fault", connection, fault);
        }
        stopListening();
        channel.close();
        goIfOver();
    }

    // Within.

    /**
     * Hands over the packets that may go on. What the broker does meanwhile (pause, resume, close) takes effect in
     * the loop that runs, not in one below it.
     *
     * @param burstEnds whether nothing follows at once
     */
    private void deliver(boolean burstEnds) {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            do {
                while (deliverNext()) {
                    inBurst = true;
                }
                if (burstEnds && inBurst && handler != null) {
                    inBurst = false;
                    handler.readComplete();
                }
            } while (burstEnds && framer.hasUnread() && mayDeliver());
        } catch (ProtocolViolation violation) {
            violated(violation);
        } catch (Throwable fault) {
            if (decoding) {
                home.traffic().codecFailed();
            } else {
                home.traffic().brokerFailed();
            }
            fail(fault);
        } finally {
            decoding = false;
            delivering = false;
        }
        adjustReading();
        goIfOver();
    }

    private boolean deliverNext() {
        ConnectionHandler to = handler;
        ConnectionCodec codec = connection.codec();
        if (to == null || codec == null || !mayDeliver()) {
            return false;
        }
        ByteBuf frame = framer.next();
        if (frame == null) {
            return false;
        }
        long arrived = home.traffic().isReceivingTimed() ? System.nanoTime() : NOT_TIMED;
        decoding = true;
        Packet packet = codec.decode(frame);
        decoding = false;
        framer.consumed();
        home.traffic().packetReceived();
        if (packet instanceof Connect connect) {
            cancelConnectDeadline();
            EarlyBytes.end(channel);
            refuseIfNotSpoken(connect.version());
            connection.begin(connect);
        }
        if (arrived == NOT_TIMED) {
            to.received(packet);
        } else {
            long decoded = System.nanoTime();
            to.received(packet);
            home.traffic().codecTook(decoded - arrived);
            home.traffic().brokerTook(System.nanoTime() - decoded);
        }
        return true;
    }

    private void refuseIfNotSpoken(ProtocolVersion version) {
        if (!settings.limits().versions().contains(version)) {
            throw new ProtocolViolation(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    version + " is not spoken by " + settings.listener() + ", only "
                            + settings.limits().versions());
        }
    }

    /** Whether a packet that arrives goes on. */
    boolean mayDeliver() {
        return handler != null && !held && !paused && !deaf && connection.codec() != null;
    }

    private void violated(ProtocolViolation violation) {
        LOG.debug("{} broke the protocol: {}", connection, violation.reason());
        ConnectionHandler to = handler;
        if (deaf || to == null) {
            return;
        }
        if (violation.reasonCode() == ReasonCode.QUOTA_EXCEEDED) {
            home.traffic().starved();
        }
        stopListening();
        try {
            to.violated(violation);
        } catch (Throwable fault) {
            fail(fault);
        }
    }

    private void reportWritability() {
        writabilityDue = false;
        ConnectionHandler to = handler;
        if (to == null || !connection.writabilityChanged()) {
            return;
        }
        try {
            to.writabilityChanged();
        } catch (Throwable fault) {
            fail(fault);
        }
    }

    /**
     * Reads from the socket while packets may go on; and at the end, to see the peer go. While they may not, it reads until something
     * comes that has to wait: on most connections nothing does, and turning a socket off and on are two calls of the system.
     */
    private void adjustReading() {
        if (delivering || !channel.isActive()) {
            return;
        }
        boolean read = deaf ? connection.isLeaving() : mayDeliver() || !framer.hasUnread();
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    /** Tells the broker that the connection is closed, once it knows everything that arrived before. */
    private void goIfOver() {
        if (!ended || gone || delivering || releasing || handOver != null) {
            return;
        }
        ConnectionHandler to = handler;
        if (to != null && framer.hasUnread()) {
            return;
        }
        gone = true;
        handler = null;
        framer.clear();
        home.remove(this);
        connection.switchCodec(null); // a broker may keep the connection; it must not keep the codec
        if (to == null) {
            return;
        }
        try {
            to.closed();
        } catch (Throwable fault) {
            LOG.error("{}: the broker failed to take note that it is closed", connection, fault);
        }
    }

    private void awaitConnect(long millis) {
        connectDeadline = channel.eventLoop().schedule(this::connectOverdue, millis, TimeUnit.MILLISECONDS);
    }

    private void connectOverdue() {
        if (handler == null || held || paused || connection.codec() == null) {
            awaitConnect(settings.limits().connectTimeoutMillis()); // it may have come: we did not look
            return;
        }
        LOG.debug(
                "{} sent no CONNECT within {} ms", connection, settings.limits().connectTimeoutMillis());
        stopListening();
        channel.close();
    }

    private void cancelConnectDeadline() {
        if (connectDeadline != null) {
            connectDeadline.cancel(false);
            connectDeadline = null;
        }
    }

    private void onLoop(Runnable step) {
        if (channel.eventLoop().inEventLoop()) {
            step.run();
        } else {
            channel.eventLoop().execute(step);
        }
    }
}
