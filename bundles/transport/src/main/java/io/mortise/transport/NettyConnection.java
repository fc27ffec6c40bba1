// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.Codec;
import io.mortise.transport.wire.ConnectionCodec;
import io.mortise.transport.wire.DoorSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the broker sees it, and the way out: encodes packets one behind the other and writes them at once.
 *
 * <p>Owned by the event loop of its connection; what {@link Connection} allows any thread to ask is final.
 *
 * <p>The packets between two flushes share a buffer, so a drain of fifty messages is one write of one buffer. While
 * no codec is there they are kept as they are, in order, and are encoded when one comes.
 */
final class NettyConnection implements Connection {

    /** So many bytes are written without waiting for a flush. */
    private static final int LARGEST_GATHERING = 65_536;

    private static final int SMALLEST_GATHERING = 256;

    /** So many packets are kept while there is no codec. The broker was told to hold back: more is a fault of its own. */
    private static final int MAXIMUM_PARKED = 1_024;

    /** How long the peer may take to read what is left and to close its side. */
    private static final int LEAVE_TIMEOUT_MILLIS = 5_000;

    // for life
    private final Channel channel;
    private final DoorSettings settings;
    private final PacketHandler wire;
    private final LoopTraffic traffic;
    private final Peer peer;

    // from CONNECT on
    private @Nullable ProtocolVersion version;
    private int clientMaximumPacketSize = Integer.MAX_VALUE;

    private @Nullable ConnectionCodec codec;
    private @Nullable Queue<Packet> parked;

    // from the first packet to the flush
    private @Nullable ByteBuf gathered;
    private int usualGathering = SMALLEST_GATHERING;

    private boolean writableAsTold = true;

    // when it closes
    private boolean closing;
    private boolean leaving;
    private volatile ReasonCode reason = ReasonCode.SUCCESS; // close() may be called on any thread
    private @Nullable Future<?> leaveDeadline;

    NettyConnection(Channel channel, DoorSettings settings, Peer peer, PacketHandler wire, LoopTraffic traffic) {
        this.channel = channel;
        this.settings = settings;
        this.wire = wire;
        this.peer = peer;
        this.traffic = traffic;
    }

    @Override
    public String listener() {
        return settings.listener();
    }

    @Override
    public SocketAddress remoteAddress() {
        return peer.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return peer.localAddress();
    }

    @Override
    public @Nullable ClientCertificate certificate() {
        return peer.certificate();
    }

    @Override
    public ScheduledExecutorService executor() {
        return channel.eventLoop();
    }

    @Override
    public boolean inExecutor() {
        return channel.eventLoop().inEventLoop();
    }

    @Override
    public int maximumPacketSize() {
        return settings.limits().maximumPacketSize();
    }

    @Override
    public boolean send(Packet packet) {
        assert inExecutor();
        if (closing || !channel.isActive()) {
            return true;
        }
        ConnectionCodec encoder = codec;
        if (encoder == null) {
            park(packet);
            return true;
        }
        return encode(packet, encoder);
    }

    @Override
    public void flush() {
        assert inExecutor();
        ByteBuf out = gathered;
        if (out == null || !out.isReadable()) {
            return;
        }
        gathered = null;
        int size = out.readableBytes();
        traffic.sent(size);
        usualGathering = Math.max(SMALLEST_GATHERING, Math.min((usualGathering + size) / 2, LARGEST_GATHERING));
        // Nobody waits for this write: if it fails, the pipeline hears of it (exceptionCaught).
        channel.writeAndFlush(out, channel.voidPromise());
    }

    @Override
    public boolean isWritable() {
        assert inExecutor();
        writableAsTold = canTakeMore();
        return writableAsTold;
    }

    @Override
    public void pauseReading() {
        assert inExecutor();
        wire.pauseReading();
    }

    @Override
    public void resumeReading() {
        assert inExecutor();
        wire.resumeReading();
    }

    /**
     * {@inheritDoc}
     *
     * <p>What the wire says at the end is the {@link Farewell}.
     */
    @Override
    public void close() {
        if (!inExecutor()) {
            try {
                channel.eventLoop().execute(this::close);
            } catch (RejectedExecutionException shutDown) {
                // The loops have ended, and with them every connection.
            }
            return;
        }
        if (closing) {
            return;
        }
        closing = true;
        wire.stopListening();
        if (!channel.isActive()) {
            channel.eventLoop().execute(wire::end);
            return;
        }
        leaveDeadline =
                channel.eventLoop().schedule(() -> channel.close(), LEAVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        if (parked == null) {
            leave();
        }
    }

    @Override
    public boolean isReading() {
        return wire.mayDeliver();
    }

    /** How many bytes were written and have not left. */
    long bytesWaiting() {
        int waiting = gathered == null ? 0 : gathered.readableBytes();
        ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
        return waiting + (leaving == null ? 0 : leaving.totalPendingWriteBytes());
    }

    @Override
    public void close(ReasonCode reasonCode) {
        reason = reasonCode;
        close();
    }

    @Override
    public String toString() {
        return "connection of " + peer.remoteAddress() + " to " + peer.localAddress();
    }

    /** The codec in use; {@code null} while there is none. */
    @Nullable
    ConnectionCodec codec() {
        return codec;
    }

    /** The CONNECT has come: from now on the client's version and its largest packet are known. */
    void begin(Connect connect) {
        if (version != null) {
            return; // a second one is a violation, which changes nothing
        }
        version = connect.version();
        clientMaximumPacketSize = (int) Math.min(
                connect.properties().number(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE), Integer.MAX_VALUE);
    }

    /** Whether the CONNECT has come. */
    boolean hasBegun() {
        return version != null;
    }

    /** Uses this codec from the next packet on, or none. */
    void switchCodec(@Nullable Codec next) {
        codec = next == null ? null : next.open(version, channel.eventLoop());
        Queue<Packet> waiting = parked;
        if (codec == null || waiting == null) {
            return;
        }
        parked = null;
        for (Packet packet : waiting) {
            if (!encode(packet, codec)) {
                // It was said to be sent, and the broker counts on an answer that would never come.
                throw new IllegalStateException(packet.type() + " kept for a codec is larger than the client accepts");
            }
        }
        flush();
        if (closing) {
            leave();
        }
    }

    /** Whether {@link #isWritable()} would answer something else than it did, or than was said, the last time. */
    boolean writabilityChanged() {
        boolean before = writableAsTold;
        return isWritable() != before;
    }

    /** Whether everything was written, and only the peer has not gone yet. */
    boolean isLeaving() {
        return leaving;
    }

    /** The channel is closed. */
    void closed() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        parked = null;
        if (leaveDeadline != null) {
            leaveDeadline.cancel(false);
            leaveDeadline = null;
        }
    }

    private boolean encode(Packet packet, ConnectionCodec encoder) {
        ByteBuf out = gathered;
        if (out == null) {
            out = channel.alloc().directBuffer(usualGathering);
            gathered = out;
        }
        int before = out.writerIndex();
        boolean timed = traffic.isSendingTimed();
        long begun = timed ? System.nanoTime() : 0;
        try {
            if (!encoder.encode(packet, out, clientMaximumPacketSize)) {
                out.writerIndex(before);
                return false;
            }
        } catch (Throwable fault) {
            out.writerIndex(before);
            traffic.codecFailed();
            wire.fail(fault);
            return true;
        }
        if (timed) {
            traffic.codecTook(System.nanoTime() - begun);
        }
        traffic.packetSent();
        if (out.readableBytes() >= LARGEST_GATHERING) {
            flush();
        }
        return true;
    }

    private void park(Packet packet) {
        if (parked == null) {
            parked = new ArrayDeque<>();
        }
        if (parked.size() == MAXIMUM_PARKED) {
            wire.fail(new IllegalStateException(MAXIMUM_PARKED + " packets wait for a codec already"));
            return;
        }
        parked.add(packet);
    }

    /** Nothing piles up on a closed connection: it takes everything. */
    private boolean canTakeMore() {
        if (closing || !channel.isActive()) {
            return true;
        }
        int waiting = gathered == null ? 0 : gathered.readableBytes();
        return codec != null && channel.bytesBeforeUnwritable() > waiting;
    }

    /** Writes what is left, then closes our side, and waits for the peer to close its own. */
    private void leave() {
        ByteBuf last = gathered == null ? Unpooled.EMPTY_BUFFER : gathered;
        gathered = null;
        traffic.sent(last.readableBytes());
        channel.writeAndFlush(last).addListener(written -> {
            if (!written.isSuccess()) {
                channel.close();
                return;
            }
            leaving = true;
            Farewell.say(channel, reason);
            // Not at once: we may be within a call of the broker.
            channel.eventLoop().execute(wire::end);
        });
    }
}
