// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mortise.api.connection.Connection;
import io.mortise.api.connection.HandOver;
import io.mortise.api.health.Ledger.Entry;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.transport.wire.ConnectionRate;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.SocketSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.epoll.Epoll;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Io.class)
class NettyTransportTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final DoorSettings SETTINGS = settings("door", 100, 1_000_000, 60_000);

    private static DoorSettings settings(
            String listener, int maximumConnections, int maximumPacketSize, int connectTimeoutMillis) {
        return DoorSettings.of(listener)
                .with(new DoorLimits(
                        maximumConnections,
                        maximumPacketSize,
                        connectTimeoutMillis,
                        EnumSet.allOf(ProtocolVersion.class)));
    }

    private record Settings(String io, int threads, int write_buffer_high, int write_buffer_low, int door_hold_seconds)
            implements NettyTransport.Config {
        @Override
        public long partial_packets_maximum_bytes() {
            return 0;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return NettyTransport.Config.class;
        }
    }

    @Parameter
    Io io;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Client> clients = new ArrayList<>();
    private NettyTransport transport;
    private Door door;

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @BeforeEach
    void open() throws Exception {
        assumeTrue(io != Io.EPOLL || Epoll.isAvailable());
        transport = new NettyTransport(new Settings(io.name().toLowerCase(Locale.ROOT), 2, 65_536, 32_768, 15));
        door = open(ANY_PORT, SETTINGS);
    }

    @AfterEach
    void close() throws Exception {
        for (Client client : clients) {
            client.close();
        }
        threads.shutdownNow();
        if (transport != null) {
            transport.close();
        }
    }

    @Test
    void shouldCarryPacketsBothWays() throws Exception {
        served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1, 2, 3));
        assertEquals(List.of("1/1", "1/2", "1/3"), client.receive(3));
    }

    @Test
    void shouldSwitchTheCodecBetweenTwoHalvesOfAPacket() throws Exception {
        served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        byte[] packet = ByteBufUtil.getBytes(FakeCodec.packets(7));
        for (int number = 2; number < 10; number++) {
            int split = number % packet.length;
            client.write(packet, 0, split);
            transport.bindCodec(new FakeCodec(number), Map.of());
            client.write(packet, split, packet.length - split);
            assertEquals(List.of(number + "/7"), client.receive(1));
        }
    }

    @Test
    void shouldForgetTheOldCodecAltogether() throws Exception {
        FakeBroker broker = FakeBroker.echo();
        FakeCodec old = new FakeCodec(1);
        transport.bindCodec(old, Map.of());
        transport.bindBroker(broker, Map.of());
        Client staying = new Client();
        staying.send(FakeCodec.connect());
        staying.send(FakeCodec.packets(1));
        staying.receive(1);
        Client leaving = new Client();
        leaving.send(FakeCodec.connect());
        await().until(() -> broker.handlers.size() == 2);
        leaving.close();
        await().until(() -> door.connections() == 1);

        FakeCodec next = new FakeCodec(2);
        transport.bindCodec(next, Map.of());
        transport.unbindCodec(old);
        WeakReference<FakeCodec> reference = new WeakReference<>(old);
        old = null;
        await().until(() -> {
            System.gc();
            return reference.get() == null;
        });
        staying.send(FakeCodec.packets(2));
        assertEquals(List.of("2/2"), staying.receive(1));
    }

    @Test
    void shouldHoldWhileTheCodecIsAway() throws Exception {
        FakeCodec codec = new FakeCodec(1);
        FakeBroker broker = FakeBroker.echo();
        transport.bindCodec(codec, Map.of());
        transport.bindBroker(broker, Map.of());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        client.receive(1);
        transport.unbindCodec(codec);
        client.send(FakeCodec.packets(2));
        Client late = new Client();
        late.send(FakeCodec.connect());
        late.send(FakeCodec.packets(3));
        await().until(() -> broker.handlers.size() == 2);
        transport.bindCodec(new FakeCodec(2), Map.of());
        assertEquals(List.of("2/2"), client.receive(1));
        assertEquals(List.of("2/3"), late.receive(1));
    }

    @Test
    void shouldCountWhatTheCodecAndTheBrokerWereAskedSinceTheyAreInUse() throws Exception {
        transport.bindCodec(new FakeCodec(1), Map.of("service.bundleid", 7L));
        transport.bindBroker(FakeBroker.echo(), Map.of("service.bundleid", 8L));
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1, 2, 3));
        client.receive(3);
        Client poisoned = new Client();
        poisoned.send(FakeCodec.connect());
        poisoned.send(FakeCodec.packets(FakeCodec.POISON));
        Client wrong = new Client();
        wrong.send(FakeCodec.connect());
        wrong.send(FakeCodec.packets(FakeCodec.GIBBERISH));
        await().untilAsserted(() -> {
            Entry codec = transport.entries().get(7L);
            Entry broker = transport.entries().get(8L);
            assertEquals(6 + 3, codec.calls(), "decoded and encoded");
            assertEquals(1, codec.errors(), "what a client does wrong is none");
            assertTrue(codec.nanos() > 0);
            assertEquals(6, broker.calls());
            assertEquals(0, broker.errors());
            assertTrue(broker.nanos() > 0);
        });
        transport.bindCodec(new FakeCodec(2), Map.of("service.bundleid", 9L));
        assertEquals(new Entry(0, 0, 0, 0, null), transport.entries().get(9L));
        assertFalse(transport.entries().containsKey(7L));
        client.send(FakeCodec.packets(1));
        client.receive(1);
        await().until(() -> transport.entries().get(9L).calls() == 2);
    }

    @Test
    void shouldHandConnectionsOverToTheNextBrokerUnderTraffic() throws Exception {
        transport.bindCodec(new FakeCodec(1), Map.of());
        FakeBroker broker = FakeBroker.echo();
        transport.bindBroker(broker, Map.of());
        int packets = 20_000;
        List<CompletableFuture<List<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client client = new Client();
            client.send(FakeCodec.connect());
            client.send(FakeCodec.packets(0));
            client.receive(1);
            answers.add(CompletableFuture.supplyAsync(() -> client.receive(packets), threads));
            CompletableFuture.runAsync(
                    () -> {
                        for (int from = 0; from < packets; from += 50) {
                            client.send(FakeCodec.packets(IntStream.range(from, from + 50)
                                    .map(id -> id % 600)
                                    .toArray()));
                        }
                    },
                    threads);
        }
        List<String> expected =
                IntStream.range(0, packets).mapToObj(id -> "1/" + id % 600).toList();
        for (int swap = 0; swap < 20; swap++) {
            FakeBroker next = FakeBroker.echo();
            if (swap % 2 == 0) { // side by side
                transport.bindBroker(next, Map.of());
                transport.unbindBroker(broker);
            } else { // in place
                transport.unbindBroker(broker);
                transport.bindBroker(next, Map.of());
            }
            assertTrue(broker.retired);
            assertEquals(0, broker.openWhenRetired);
            assertEquals(List.of(4), next.resumedBeforeServing);
            broker = next;
        }
        for (CompletableFuture<List<String>> answer : answers) {
            assertEquals(expected, answer.get(60, SECONDS));
        }
    }

    @Test
    void shouldAcceptThoseWhoCameWhileThereWasNoBroker() throws Exception {
        transport.bindCodec(new FakeCodec(1), Map.of());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        await().until(() -> door.connections() == 1);
        FakeBroker broker = FakeBroker.echo();
        transport.bindBroker(broker, Map.of());
        assertEquals(List.of("1/1"), client.receive(1));
        assertEquals("accepted", broker.only().events.get(0));
    }

    @Test
    void shouldTellTheNextBrokerOfThoseWhoHaveGone() throws Exception {
        FakeBroker first = served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        client.receive(1);
        transport.unbindBroker(first);
        client.send(FakeCodec.packets(2));
        client.close();
        FakeBroker next = FakeBroker.echo();
        transport.bindBroker(next, Map.of());
        await().until(() -> next.only().over);
        assertEquals(List.of("resumed", "2", "-", "closed"), next.only().events);
    }

    @Test
    void shouldMissNoConnectionHoweverSwitchesAndConnectionsFallTogether() throws Exception {
        transport.bindCodec(new FakeCodec(1), Map.of());
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> swaps = CompletableFuture.runAsync(
                () -> {
                    FakeBroker broker = FakeBroker.echo();
                    transport.bindBroker(broker, Map.of());
                    while (!over.get()) {
                        FakeBroker next = FakeBroker.echo();
                        transport.bindBroker(next, Map.of());
                        transport.unbindBroker(broker);
                        broker = next;
                    }
                },
                threads);
        for (int i = 0; i < 200; i++) {
            try (Client client = new Client()) {
                client.send(FakeCodec.connect());
                client.send(FakeCodec.packets(i));
                assertEquals(List.of("1/" + i), client.receive(1));
            }
        }
        over.set(true);
        swaps.get(30, SECONDS);
        await().until(() -> door.connections() == 0);
    }

    @Test
    void shouldIgnoreThatAPartLeavesWhichHasBeenReplaced() throws Exception {
        FakeBroker old = new FakeBroker();
        FakeCodec oldCodec = new FakeCodec(1);
        transport.bindCodec(oldCodec, Map.of());
        transport.bindBroker(old, Map.of());
        transport.bindCodec(new FakeCodec(2), Map.of());
        transport.bindBroker(FakeBroker.echo(), Map.of());
        transport.unbindCodec(oldCodec);
        transport.unbindBroker(old);
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        assertEquals(List.of("2/1"), client.receive(1));
    }

    @Test
    void shouldCloseOnlyTheConnectionWhosePacketDoesHarm() throws Exception {
        served(FakeBroker.echo());
        List<Client> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client client = new Client();
            client.send(FakeCodec.connect());
            others.add(client);
        }
        Client poisoner = new Client();
        poisoner.send(FakeCodec.connect());
        poisoner.send(FakeCodec.packets(FakeCodec.POISON));
        assertTrue(poisoner.isClosedByPeer());
        for (Client client : others) {
            client.send(FakeCodec.packets(1));
            assertEquals(List.of("1/1"), client.receive(1));
        }
    }

    @Test
    void shouldLetTheLastPacketArriveAlthoughTheClientGoesOnSending() throws Exception {
        served(new FakeBroker((connection, packet) -> {
            if (packet.equals(new PubAck(1))) {
                connection.send(new PubAck(99));
                connection.close();
            }
        }));
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(IntStream.range(1, 50_000).toArray()));
        assertEquals(List.of("1/99"), client.receive(1));
        assertEquals(-1, client.in.read(), "closed in order, not reset");
        client.close();
        await().until(() -> door.connections() == 0);
    }

    @Test
    void shouldWriteEverythingToAClientThatReadsSlowlyBeforeItCloses() throws Exception {
        int packets = 100_000;
        FakeBroker broker = served(new FakeBroker((connection, packet) -> {
            for (int i = 0; i < packets; i++) {
                connection.send(new PubAck(i % 600));
            }
            connection.close();
        }));
        Client client = new Client();
        client.send(FakeCodec.connect());
        await().until(() -> !broker.handlers.isEmpty());
        assertEquals(packets, client.receive(packets).size());
        assertTrue(client.isClosedByPeer());
    }

    @Test
    void shouldTellOfWritabilityOnlyWhenTheBrokerHasReturned() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        FakeBroker[] broker = new FakeBroker[1];
        broker[0] = served(new FakeBroker((connection, packet) -> {
            broker[0].only().onWritabilityChanged = () -> told.add("changed");
            for (int i = 0; i < 20_000; i++) {
                connection.send(new PubAck(i));
                connection.isWritable();
            }
            connection.flush();
            told.add("sent");
        }));
        // On the home thread the broker has to know its handler before the first packet.
        Client client = new Client();
        await().until(() -> broker[0].handlers.size() == 1);
        client.send(FakeCodec.connect());
        assertEquals(20_000, client.receive(20_000).size());
        await().untilAsserted(() -> assertEquals("sent", told.get(0)));
    }

    @Test
    void shouldTurnAwayThoseAboveTheMaximum() throws Exception {
        Door small = open(ANY_PORT, settings("small", 2, 1_024, 60_000));
        served(FakeBroker.echo());
        Client first = new Client(small);
        Client second = new Client(small);
        await().until(() -> small.connections() == 2);
        assertTrue(new Client(small).isClosedByPeer());
        first.close();
        await().until(() -> small.connections() == 1);
        Client third = new Client(small);
        for (Client client : List.of(second, third)) {
            client.send(FakeCodec.connect());
            client.send(FakeCodec.packets(1));
            assertEquals(List.of("1/1"), client.receive(1));
        }
    }

    @Test
    void shouldTurnAwayThoseWhoComeTooFastAndLeaveTheOthersAlone() throws Exception {
        Door slow = open(ANY_PORT, DoorSettings.of("slow").with(new ConnectionRate(1, 2)));
        served(FakeBroker.echo());
        Client first = new Client(slow);
        first.send(FakeCodec.connect());
        await().until(
                        () -> { // however slow this machine is
                            new Client(slow);
                            return transport.connectionsTurnedAway() > 0;
                        });
        first.send(FakeCodec.packets(1));
        assertEquals(List.of("1/1"), first.receive(1));
    }

    @Test
    void shouldCloseThoseWhoDoNotConnectInTime() throws Exception {
        Door hasty = open(ANY_PORT, settings("hasty", 2, 1_024, 50));
        served(FakeBroker.echo());
        assertTrue(new Client(hasty).isClosedByPeer());
        Client dripping = new Client(hasty);
        dripping.write(new byte[] {0x10}, 0, 1);
        assertTrue(dripping.isClosedByPeer());
    }

    @Test
    void shouldKeepConnectionsAndThoseWhoComeWhileItsListenerIsAway() throws Exception {
        served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        client.receive(1);
        InetSocketAddress address = (InetSocketAddress) door.address();
        List<Client> early = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            door.leave();
            early.add(new Client());
            door = open(i % 2 == 0 ? address : ANY_PORT, SETTINGS);
            assertEquals(address, door.address());
        }
        for (Client each : early) {
            each.send(FakeCodec.connect());
            each.send(FakeCodec.packets(7));
            assertEquals(List.of("1/7"), each.receive(1));
        }
        client.send(FakeCodec.packets(2));
        assertEquals(List.of("1/2"), client.receive(1));
    }

    @Test
    void shouldMoveToAnotherAddressAndFreeTheOldOne() throws Exception {
        served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        client.receive(1);
        InetSocketAddress before = (InetSocketAddress) door.address();
        door.leave();
        int other;
        try (ServerSocket free = new ServerSocket(0)) {
            other = free.getLocalPort();
        }
        door = open(new InetSocketAddress(before.getAddress(), other), SETTINGS);
        open(before, DoorSettings.of("another")).close();
        client.send(FakeCodec.packets(2));
        assertEquals(List.of("1/2"), client.receive(1));
    }

    @Test
    void shouldStayWhereItIsWhileTheOtherAddressIsTaken() throws Exception {
        served(FakeBroker.echo());
        InetSocketAddress before = (InetSocketAddress) door.address();
        door.leave();
        InetSocketAddress other;
        try (ServerSocket taken = new ServerSocket(0, 1, before.getAddress())) {
            other = new InetSocketAddress(before.getAddress(), taken.getLocalPort());
            door = open(other, SETTINGS);
            String failure = door.failure();
            assertTrue(failure != null && failure.contains("cannot be bound"), failure);
            assertEquals(before, door.address());
            Client client = new Client();
            client.send(FakeCodec.connect());
            client.send(FakeCodec.packets(1));
            assertEquals(List.of("1/1"), client.receive(1));
        }
        door = open(other, SETTINGS);
        assertNull(door.failure());
        assertEquals(other, door.address());
        open(before, DoorSettings.of("another")).close();
    }

    @Test
    void shouldLetADoorBeTakenOverFromItsOldHolder() throws Exception {
        served(FakeBroker.echo());
        Door old = door;
        door = open((InetSocketAddress) old.address(), SETTINGS.with(new SocketSettings(1_024, false, false)));
        old.leave();
        old.close();
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        assertEquals(List.of("1/1"), client.receive(1));
    }

    @Test
    void shouldFreeAnAddressToWhichNobodyComesBack() throws Exception {
        transport.close();
        transport = new NettyTransport(new Settings(io.name().toLowerCase(Locale.ROOT), 2, 65_536, 32_768, 1));
        door = open(ANY_PORT, SETTINGS);
        InetSocketAddress address = (InetSocketAddress) door.address();
        door.leave();
        await().ignoreExceptions()
                .untilAsserted(() -> open(address, DoorSettings.of("another")).close());
    }

    @Test
    void shouldLetEveryoneGoWhenItsListenerIsRemoved() throws Exception {
        FakeBroker broker = served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        await().until(() -> broker.handlers.size() == 1);
        door.close();
        assertTrue(client.isClosedByPeer());
        await().until(() -> broker.only().events.contains("closed"));
        assertTrue(broker.only().events.contains("dismissed SERVER_SHUTTING_DOWN"));
        await().until(() -> door.connections() == 0);
        open((InetSocketAddress) door.address(), DoorSettings.of("another"));
    }

    @Test
    void shouldListenOnAUnixDomainSocket(@TempDir Path folder) throws Exception {
        served(FakeBroker.echo());
        Path file = folder.resolve("mqtt.sock");
        for (int round = 0; round < 2; round++) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
            Door unix = transport
                    .open(address, DoorSettings.of("unix"))
                    .toCompletableFuture()
                    .get(10, SECONDS);
            assertEquals(address, unix.address());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            try (SocketChannel client = SocketChannel.open(address)) {
                client.write(FakeCodec.connect().nioBuffer());
                client.write(FakeCodec.packets(5).nioBuffer());
                ByteBuffer answer = ByteBuffer.allocate(4);
                while (answer.hasRemaining() && client.read(answer) >= 0) {
                    // until it is whole
                }
                assertEquals(5, answer.getShort(2));
            }
            unix.close();
            if (round == 0) {
                // Left over by a process that was killed.
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(address)
                        .close();
                assertTrue(Files.exists(file));
            }
        }
    }

    @Test
    void shouldSayWhyAnAddressCannotBeBound() {
        InetSocketAddress taken = (InetSocketAddress) door.address();
        assertEquals(
                "127.0.0.1:" + taken.getPort() + " cannot be bound: Address already in use",
                failureToOpen(taken).getMessage());
        assertEquals(
                "203.0.113.1:1883 cannot be bound: Cannot assign requested address",
                failureToOpen(new InetSocketAddress("203.0.113.1", 1883)).getMessage());
        assertEquals(
                "no.such.host.invalid:1883 cannot be bound: unknown host",
                failureToOpen(InetSocketAddress.createUnresolved("no.such.host.invalid", 1883))
                        .getMessage());
    }

    @Test
    void shouldRefuseSettingsThatAreOutOfRange() {
        assertEquals(
                "maximumPacketSize: 1024 to 268435460 expected, got 1023",
                assertThrows(IllegalArgumentException.class, () -> settings("narrow", 2, 1_023, 60_000))
                        .getMessage());
    }

    @Test
    void shouldRefuseAnUnknownKindOfIo() {
        Settings unknown = new Settings("iocp", 1, 65_536, 32_768, 15);
        assertEquals(
                "io: auto, epoll or nio expected, got iocp",
                assertThrows(IllegalArgumentException.class, () -> new NettyTransport(unknown))
                        .getMessage());
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        FakeBroker broker = served(FakeBroker.echo());
        Client client = new Client();
        client.send(FakeCodec.connect());
        client.send(FakeCodec.packets(1));
        client.receive(1);
        InetSocketAddress address = (InetSocketAddress) door.address();
        transport.close();
        assertEquals("closed", broker.only().events.get(broker.only().events.size() - 1));
        assertTrue(client.isClosedByPeer());
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("mortise-"))
                        .toList());
        assertThrows(ExecutionException.class, () -> open(address, DoorSettings.of("another")));
        transport.unbindBroker(broker);
        assertFalse(broker.retired, "it has other connections to care for");
        transport = new NettyTransport(new Settings("auto", 1, 65_536, 32_768, 15));
        door = open(address, SETTINGS);
    }

    @Test
    void shouldSpreadConnectionsOverItsLoops() throws Exception {
        FakeBroker broker = served(FakeBroker.echo());
        new Client();
        new Client();
        await().until(() -> broker.handlers.size() == 2);
        assertNotSame(
                broker.handlers.get(0).connection.executor(),
                broker.handlers.get(1).connection.executor());
    }

    @Test
    void shouldAnswerWhoItIsOnAnyThread() throws Exception {
        FakeBroker broker = served(FakeBroker.echo());
        Client client = new Client();
        await().until(() -> broker.handlers.size() == 1);
        Connection connection = broker.only().connection;
        assertEquals("door", connection.listener());
        assertEquals(client.socket.getLocalSocketAddress(), connection.remoteAddress());
        assertEquals(door.address(), connection.localAddress());
        assertEquals(1_000_000, connection.maximumPacketSize());
        assertFalse(connection.inExecutor());
        connection.close();
        assertTrue(client.isClosedByPeer());
    }

    @Test
    void shouldGiveUpOnAHandOverThatNeverComes() throws Exception {
        FakeBroker first = served(FakeBroker.echo());
        Client stuck = new Client();
        stuck.send(FakeCodec.connect());
        stuck.send(FakeCodec.packets(1));
        stuck.receive(1);
        CompletableFuture<HandOver> failing = new CompletableFuture<>();
        first.only().leaves = failing;
        failing.completeExceptionally(new IllegalStateException("lost"));
        FakeBroker next = FakeBroker.echo();
        transport.bindBroker(next, Map.of());
        assertTrue(stuck.isClosedByPeer());
        assertEquals(List.of(), next.handlers);
    }

    private FakeBroker served(FakeBroker broker) {
        transport.bindCodec(new FakeCodec(1), Map.of());
        transport.bindBroker(broker, Map.of());
        return broker;
    }

    private Door open(InetSocketAddress address, DoorSettings settings) throws Exception {
        return transport.open(address, settings).toCompletableFuture().get(10, SECONDS);
    }

    private IOException failureToOpen(InetSocketAddress address) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> open(address, DoorSettings.of("another")));
        return assertInstanceOf(IOException.class, failure.getCause());
    }

    /** A socket as plain as can be. */
    private final class Client implements AutoCloseable {
        final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        Client() {
            this(door);
        }

        Client(Door at) {
            try {
                InetSocketAddress address = (InetSocketAddress) at.address();
                socket = new Socket(address.getAddress(), address.getPort());
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                out = socket.getOutputStream();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            clients.add(this);
        }

        void send(ByteBuf bytes) {
            byte[] array = ByteBufUtil.getBytes(bytes);
            write(array, 0, array.length);
        }

        void write(byte[] bytes, int from, int count) {
            try {
                out.write(bytes, from, count);
                out.flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** So many packets, each as codec number/packet identifier. */
        List<String> receive(int count) {
            List<String> packets = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    int header = in.readUnsignedByte();
                    assertEquals(2, in.readUnsignedByte());
                    packets.add((header & 0x0F) + "/" + in.readUnsignedShort());
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return packets;
        }

        boolean isClosedByPeer() throws IOException {
            try {
                return in.read() == -1;
            } catch (SocketException reset) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
