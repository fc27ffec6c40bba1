// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static io.mortise.transport.FakeCodec.connect;
import static io.mortise.transport.FakeCodec.connectWithMaximum;
import static io.mortise.transport.FakeCodec.packets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Connection;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PubAck;
import io.mortise.transport.wire.DoorSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketHandlerTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final DoorSettings SETTINGS = DoorSettings.of("door");

    private final CountingAllocator allocator = new CountingAllocator();
    private final Writes writes = new Writes();
    private final EmbeddedChannel channel = new EmbeddedChannel(writes);
    private final HomeLoop home = new HomeLoop(channel.eventLoop(), new PartialPackets(1_000_000));
    private final PacketHandler packetHandler;
    private final FakeCodec codec = new FakeCodec(1);

    PacketHandlerTest() {
        channel.config().setAllocator(allocator);
        channel.freezeTime();
        packetHandler = new PacketHandler(channel, SETTINGS, home, Peer.of(channel));
        channel.pipeline().addLast(packetHandler);
    }

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @AfterEach
    void shouldHoldNoBufferWhenClosed() {
        channel.finishAndReleaseAll();
        assertEquals(0, allocator.held());
    }

    @Test
    void shouldTellTheBrokerOfABurstPacketByPacketAndThenThatItIsOver() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect());
        arrive(packets(1, 2, 3));
        assertEquals(List.of("accepted", "CONNECT", "-", "1", "2", "3", "-"), broker.only().events);
        assertEquals(0, allocator.held(), "an idle connection holds no buffer");
    }

    @Test
    void shouldStopInTheMiddleOfABurstWhenPausedAndGoOnThereWhenResumed() {
        FakeBroker broker = served(new FakeBroker((connection, packet) -> {
            if (packet.equals(new PubAck(2)) || packet.equals(new PubAck(3))) {
                connection.pauseReading();
            }
        }));
        arrive(connect());
        arrive(packets(1, 2, 3, 4));
        assertEquals(List.of("1", "2", "-"), since("-", broker));
        assertFalse(channel.config().isAutoRead());

        broker.only().connection.resumeReading();
        assertEquals(List.of("3", "-"), since("-", broker, 2));
        assertFalse(channel.config().isAutoRead());

        broker.only().connection.resumeReading();
        assertEquals(List.of("4", "-"), since("-", broker, 3));
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void shouldSayWhenTheClientCannotBeHeardAndWhenItCanAgain() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect());
        assertTrue(broker.only().connection.isReading());
        packetHandler.switchCodec(null);
        assertFalse(broker.only().connection.isReading());
        packetHandler.switchCodec(codec);
        assertTrue(broker.only().connection.isReading());
        assertEquals(List.of("accepted", "CONNECT", "-", "writable=false", "writable=true", "-"), broker.only().events);
        broker.only().connection.pauseReading();
        assertFalse(broker.only().connection.isReading());
    }

    @Test
    void shouldCountWhatComesAndGoesAndMeasureWhatItHolds() {
        FakeBroker broker = served(FakeBroker.echo());
        ByteBuf connect = connect();
        int size = connect.readableBytes();
        arrive(connect);
        ByteBuf two = packets(1, 2);
        size += two.readableBytes();
        arrive(two);
        broker.only().connection.flush();
        LoopTraffic traffic = home.traffic();
        assertEquals(size, traffic.bytesReceived());
        assertEquals(3, traffic.packetsReceived());
        assertEquals(2, traffic.packetsSent());
        assertTrue(traffic.bytesSent() > 0);
        home.measure();
        assertEquals(0, traffic.bytesHeld());
        arrive(packets(3).writerIndex(1));
        home.measure();
        assertTrue(traffic.bytesHeld() > 0);
        assertEquals(home.partialPackets().held(), traffic.bytesHeld());
    }

    @Test
    void shouldNotGoDeeperWithEachPauseAndResume() {
        int[] depth = {0, 0};
        FakeBroker broker = served(new FakeBroker((connection, packet) -> {
            depth[0]++;
            depth[1] = Math.max(depth[1], depth[0]);
            connection.pauseReading();
            connection.resumeReading();
            connection.pauseReading();
            depth[0]--;
        }));
        broker.only().onReadComplete = () -> broker.only().connection.resumeReading();
        arrive(connect());
        int[] ids = new int[20_000];
        arrive(packets(ids));
        assertEquals(1, depth[1]);
        assertEquals(1 + 2 + 2 * ids.length, broker.only().events.size());
    }

    @Test
    void shouldReportAViolationOnceAndReadNothingAfterIt() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect());
        arrive(packets(1, FakeCodec.GIBBERISH, 2));
        arrive(packets(3));
        assertEquals(List.of("1", "MALFORMED_PACKET", "closed"), since("-", broker));
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldReportWhatTheFramerFinds() {
        FakeBroker broker = served(new FakeBroker());
        arrive(packets(1));
        assertEquals(List.of("accepted", "PROTOCOL_ERROR", "closed"), broker.only().events);
    }

    @Test
    void shouldCloseWhenTheCodecThrows() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect());
        arrive(packets(1, FakeCodec.POISON, 2));
        assertEquals(List.of("1", "closed"), since("-", broker));
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldCloseWhenTheBrokerThrows() {
        FakeBroker broker = served(new FakeBroker((connection, packet) -> {
            if (packet.equals(new PubAck(2))) {
                throw new NoClassDefFoundError("of a plugin");
            }
        }));
        arrive(connect());
        arrive(packets(1, 2, 3));
        assertEquals(List.of("1", "2", "closed"), since("-", broker));
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldCloseWhenTheBrokerDoesNotTakeTheConnection() {
        FakeBroker broker = new FakeBroker();
        broker.retire();
        served(broker);
        channel.runPendingTasks();
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldCloseWhenAPacketCannotBeEncoded() {
        FakeBroker broker = served(new FakeBroker((connection, packet) -> connection.send(packet)));
        arrive(connect()); // the fake codec encodes PUBACK only
        assertEquals(List.of("accepted", "CONNECT", "closed"), broker.only().events);
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldWriteOnceForEachFlush() {
        FakeBroker broker = served(FakeBroker.echo());
        arrive(connect());
        int[] ids = new int[50];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        arrive(packets(ids));
        assertEquals(1, writes.writes);
        assertEquals(1, writes.flushes);
        assertEquals(4 * 50, ((ByteBuf) channel.outboundMessages().peek()).readableBytes());
        broker.only().connection.flush();
        assertEquals(1, writes.writes, "nothing to flush, nothing written");
    }

    @Test
    void shouldNotWaitForAFlushWhenMuchHasGathered() {
        FakeBroker broker = served(new FakeBroker());
        Connection connection = broker.only().connection;
        for (int i = 0; i < 16_384; i++) {
            assertEquals(0, writes.writes);
            connection.send(new PubAck(i));
        }
        assertEquals(1, writes.writes);
    }

    @Test
    void shouldLeaveOutWhatIsLargerThanTheClientAccepts() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connectWithMaximum(3));
        Connection connection = broker.only().connection;
        assertFalse(connection.send(new PubAck(1)));
        connection.flush();
        assertEquals(0, writes.writes);
    }

    @Test
    void shouldSayThatItIsNotWritableBeforeTheWaterMarkIsPassedByAFlush() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(8, 16));
        FakeBroker broker = served(new FakeBroker());
        Connection connection = broker.only().connection;
        int sent = 0;
        while (connection.isWritable()) {
            connection.send(new PubAck(sent++));
        }
        assertEquals(5, sent, "20 bytes are above 16");
        connection.flush();
        channel.runPendingTasks();
        assertEquals(List.of("accepted", "writable=true"), broker.only().events);
    }

    @Test
    void shouldReadOnceWhileThereIsNoBroker() {
        home.switchCodec(codec);
        active();
        assertTrue(channel.config().isAutoRead());
        arrive(connect());
        assertFalse(channel.config().isAutoRead());
        arrive(packets(1));
        FakeBroker broker = new FakeBroker();
        home.attach(broker);
        channel.runPendingTasks();
        assertEquals(List.of("accepted", "CONNECT", "1", "-"), broker.only().events);
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void shouldForgetAConnectionThatNoBrokerHasSeen() {
        home.switchCodec(codec);
        active();
        channel.close();
        FakeBroker broker = new FakeBroker();
        home.attach(broker);
        channel.runPendingTasks();
        assertEquals(List.of(), broker.handlers);
    }

    @Test
    void shouldReadOnceAndKeepWhatIsSentWhileThereIsNoCodec() {
        FakeBroker broker = served(FakeBroker.echo());
        arrive(connect());
        home.switchCodec(null);
        channel.runPendingTasks();
        Connection connection = broker.only().connection;
        assertTrue(channel.config().isAutoRead());
        assertFalse(connection.isWritable());
        arrive(packets(3));
        assertFalse(channel.config().isAutoRead());
        assertTrue(connection.send(new PubAck(1)));
        assertTrue(connection.send(new PubAck(2)));
        connection.flush();
        assertEquals(0, writes.writes);

        home.switchCodec(new FakeCodec(2));
        channel.runPendingTasks();
        assertTrue(channel.config().isAutoRead());
        assertEquals(List.of("writable=false", "writable=true", "3", "-"), since("-", broker));
        assertEquals("420200014202000242020003", outbound());
    }

    @Test
    void shouldOpenTheNextCodecWithTheVersionOfTheConnection() {
        served(new FakeBroker());
        arrive(connect());
        FakeCodec next = new FakeCodec(2);
        home.switchCodec(next);
        channel.runPendingTasks();
        assertEquals(List.of("null"), codec.opened);
        assertEquals(List.of("MQTT_5"), next.opened);
    }

    @Test
    void shouldCloseWhenABrokerDoesNotHoldBackWhileThereIsNoCodec() {
        FakeBroker broker = served(new FakeBroker());
        home.switchCodec(null);
        channel.runPendingTasks();
        for (int i = 0; i <= 1_024; i++) {
            assertTrue(channel.isOpen());
            broker.only().connection.send(new PubAck(i));
        }
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldEncodeWhatWasKeptBeforeItCloses() {
        FakeBroker broker = served(new FakeBroker());
        home.switchCodec(null);
        channel.runPendingTasks();
        broker.only().connection.send(new PubAck(1));
        broker.only().connection.close();
        assertTrue(channel.isOpen());
        home.switchCodec(codec);
        channel.runPendingTasks();
        assertEquals("41020001", outbound());
        assertFalse(channel.isOpen());
    }

    @Test
    void shouldKeepWhatABrokerLeavesForTheNextOne() {
        FakeBroker first = served(new FakeBroker());
        arrive(connect());
        release();
        arrive(packets(1));
        assertFalse(channel.config().isAutoRead());
        FakeBroker second = new FakeBroker();
        home.attach(second);
        channel.runPendingTasks();
        assertEquals("released", last(first));
        assertEquals(FakeBroker.handOverOf(1), second.only().handOver);
        assertEquals(List.of("resumed", "1", "-"), second.only().events);
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void shouldNotTouchTheSocketOfAClientThatSaysNothingMeanwhile() {
        served(new FakeBroker());
        arrive(connect());
        home.switchCodec(null);
        channel.runPendingTasks();
        assertTrue(channel.config().isAutoRead());
        release();
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void shouldReadOnOnlyWhenTheNextBrokerSaysSo() {
        served(new FakeBroker());
        arrive(connect());
        release();
        arrive(packets(1));
        FakeBroker second = new FakeBroker();
        second.readsOn = false;
        home.attach(second);
        channel.runPendingTasks();
        assertEquals(List.of("resumed"), second.only().events);
        second.only().connection.resumeReading();
        assertEquals(List.of("resumed", "1", "-"), second.only().events);
    }

    @Test
    void shouldTellTheNextBrokerThatTheConnectionHasClosedMeanwhileAfterItsLastPackets() {
        served(new FakeBroker());
        arrive(connect());
        release();
        arrive(packets(1, 2));
        channel.close();
        FakeBroker second = new FakeBroker();
        home.attach(second);
        channel.runPendingTasks();
        assertEquals(List.of("resumed", "1", "2", "-", "closed"), second.only().events);
    }

    @Test
    void shouldWaitForABrokerThatGivesTheConnectionBackLater() {
        FakeBroker first = served(new FakeBroker());
        arrive(connect());
        CompletableFuture<HandOver> later = new CompletableFuture<>();
        first.only().leaves = later;
        CompletableFuture<Void> released = release();
        assertFalse(released.isDone());
        later.complete(FakeBroker.handOverOf(7));
        channel.runPendingTasks();
        assertTrue(released.isDone());
        FakeBroker second = new FakeBroker();
        home.attach(second);
        channel.runPendingTasks();
        assertEquals(FakeBroker.handOverOf(7), second.only().handOver);
    }

    @Test
    void shouldCloseAConnectionThatIsNotGivenBack() {
        FakeBroker first = served(new FakeBroker());
        first.only().leaves = CompletableFuture.failedFuture(new IllegalStateException("cannot"));
        assertTrue(release().isDone());
        assertFalse(channel.isOpen());
        FakeBroker second = new FakeBroker();
        home.attach(second);
        channel.runPendingTasks();
        assertEquals(List.of(), second.handlers);
    }

    @Test
    void shouldCloseAConnectionThatIsGivenBackTooLate() {
        FakeBroker first = served(new FakeBroker());
        CompletableFuture<HandOver> later = new CompletableFuture<>();
        first.only().leaves = later;
        release();
        FakeBroker second = new FakeBroker();
        home.attach(second);
        channel.runPendingTasks();
        assertFalse(channel.isOpen());
        later.complete(FakeBroker.handOverOf(7));
        channel.runPendingTasks();
        assertEquals(List.of(), second.handlers);
    }

    @Test
    void shouldTellOfTheEndOnlyAfterThePacketsThatCameBeforeIt() {
        FakeBroker broker = served(new FakeBroker(pauseAt(1)));
        arrive(connect());
        arrive(packets(1, 2));
        channel.close();
        assertEquals("-", last(broker), "2 has not been handed over");
        broker.only().connection.resumeReading();
        assertEquals(List.of("1", "-", "2", "-", "closed"), since("-", broker));
    }

    @Test
    void shouldNotKeepABrokerWaitingForAClosedConnectionToTakeMore() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(0, 1));
        FakeBroker broker = served(new FakeBroker(pauseAt(1)));
        arrive(connect());
        arrive(packets(1, 2));
        Connection connection = broker.only().connection;
        broker.only().onWritabilityChanged = connection::resumeReading;
        connection.send(new PubAck(9));
        assertFalse(connection.isWritable());
        channel.close();
        assertEquals(List.of("1", "-", "writable=true", "2", "-", "closed"), since("-", broker));
    }

    @Test
    void shouldEndAtOnceWhenTheBrokerClosesAPausedConnectionThatHasClosedAlready() {
        FakeBroker broker = served(new FakeBroker(pauseAt(1)));
        arrive(connect());
        arrive(packets(1, 2));
        channel.close();
        broker.only().connection.close();
        channel.runPendingTasks();
        assertEquals(List.of("1", "-", "closed"), since("-", broker));
    }

    @Test
    void shouldWriteWhatWasSentBeforeItCloses() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect());
        broker.only().connection.send(new PubAck(5));
        broker.only().connection.close();
        broker.only().connection.send(new PubAck(6));
        channel.runPendingTasks();
        assertEquals("41020005", outbound());
        assertEquals("closed", last(broker));
    }

    @Test
    void shouldCloseWhenNoConnectComesInTime() {
        FakeBroker broker = served(new FakeBroker());
        arrive(connect().readerIndex(0).writerIndex(2));
        channel.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen());
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
        assertEquals(List.of("accepted", "closed"), broker.only().events);
    }

    @Test
    void shouldNotCountTheTimeInWhichNobodyReads() {
        home.switchCodec(codec);
        active();
        channel.advanceTimeBy(10_000, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen());
        home.attach(new FakeBroker());
        channel.runPendingTasks();
        arrive(connect());
        channel.advanceTimeBy(20_000, TimeUnit.MILLISECONDS);
        assertEquals(-1, channel.runScheduledPendingTasks(), "no deadline is left after CONNECT");
        assertTrue(channel.isOpen());
    }

    private static BiConsumer<Connection, Packet> pauseAt(int id) {
        return (connection, packet) -> {
            if (packet.equals(new PubAck(id))) {
                connection.pauseReading();
            }
        };
    }

    private FakeBroker served(FakeBroker broker) {
        home.switchCodec(codec);
        home.attach(broker);
        channel.runPendingTasks();
        active();
        return broker;
    }

    private void active() {
        channel.runPendingTasks();
        channel.pipeline().fireChannelActive();
    }

    private CompletableFuture<Void> release() {
        home.hold();
        CompletableFuture<Void> released = home.release();
        channel.runPendingTasks();
        return released;
    }

    private void arrive(ByteBuf bytes) {
        ByteBuf direct = allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes);
        channel.pipeline().fireChannelRead(direct);
        channel.pipeline().fireChannelReadComplete();
        channel.runPendingTasks();
    }

    private String outbound() {
        StringBuilder hex = new StringBuilder();
        for (ByteBuf written = channel.readOutbound(); written != null; written = channel.readOutbound()) {
            hex.append(ByteBufUtil.hexDump(written));
            written.release();
        }
        assertNull(channel.readOutbound());
        return hex.toString();
    }

    private static String last(FakeBroker broker) {
        List<String> events = broker.only().events;
        return events.get(events.size() - 1);
    }

    /** What happened after the first burst, which is the CONNECT. */
    private static List<String> since(String event, FakeBroker broker) {
        return since(event, broker, 1);
    }

    private static List<String> since(String event, FakeBroker broker, int times) {
        List<String> events = broker.only().events;
        int from = 0;
        for (int i = 0; i < times; i++) {
            from += events.subList(from, events.size()).indexOf(event) + 1;
        }
        return events.subList(from, events.size());
    }

    private static final class Writes extends ChannelOutboundHandlerAdapter {
        int writes;
        int flushes;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            writes++;
            super.write(context, message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) throws Exception {
            flushes++;
            super.flush(context);
        }
    }
}
