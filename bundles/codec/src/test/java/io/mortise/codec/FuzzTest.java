// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.transport.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Packets of all types and versions, mutated: they arrive whole and cut at every byte, and what comes of them is the same; what
 * is accepted netty reads alike, and it is the same when it is written again; nothing but a {@link ProtocolViolation} is ever
 * thrown, and no buffer is lost.
 *
 * <p>As many rounds as take a few seconds, always the same. With {@code -Dmortise.fuzz.seconds=600} it goes on for so long from
 * a seed that it prints, with {@code -Dmortise.fuzz.seed=…} from that one. A failure names the round's own seed: given that, it
 * is the first round.
 */
class FuzzTest {
    private static final int ROUNDS = 1_000;
    private static final int MAXIMUM_PACKET_SIZE = 100_000;

    /** Longer streams are not cut at every byte, but at so many. */
    private static final int MOST_CUTS = 256;

    /** Nobody watches its buffers, which is much faster: the cuts go the same ways as the whole stream, which is watched. */
    private static final ByteBufAllocator UNWATCHED = new UnpooledByteBufAllocator(false, true);

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        // who made and who released a buffer is enough to know; who read from it would take most of the time
        System.setProperty("io.netty.leakDetection.acquireAndReleaseOnly", "true");
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((resource, records) -> LEAKS.add(resource + records));
    }

    private final Workbench workbench =
            new Workbench(InstantSource.fixed(Instant.ofEpochMilli(Packets.NOW)), Packets.POLICY);
    private final NettyPackets netty = new NettyPackets();
    private final List<Packets.Good> corpus = Packets.good().stream()
            .filter(each -> each.way() != Packets.Way.TO_CLIENT)
            .toList();
    private final Map<ProtocolVersion, byte[]> connects = new EnumMap<>(ProtocolVersion.class);

    FuzzTest() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            connects.put(
                    version,
                    Wire.bytes("10 remaining 00 0" + version.protocolName().length() + " '" + version.protocolName()
                            + "' 0" + version.level() + " 02 00 00" + (version.hasProperties() ? " 00" : "")
                            + " 00 01 'a'"));
        }
    }

    @Test
    void SEC_02_SEC_09_shouldReadTheSameWhereverTheStreamIsCut() {
        Long seconds = Long.getLong("mortise.fuzz.seconds");
        long seed = Long.getLong("mortise.fuzz.seed", seconds == null ? 1883 : System.nanoTime());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds == null ? 0 : seconds);
        long rounds = 0;
        long accepted = 0;
        while (seconds == null ? rounds < ROUNDS : System.nanoTime() < deadline) {
            accepted += round(seed + rounds);
            rounds++;
        }
        List<String> leaks = leaks();
        assertEquals(List.of(), leaks, "leaks from seed " + seed);
        assertTrue(accepted > rounds / 100, accepted + " packets accepted in " + rounds + " rounds");
        if (seconds != null) {
            System.out.println("fuzz: seed " + seed + ", " + rounds + " rounds, " + accepted + " packets accepted");
        }
    }

    /** One stream; answers how many mutated packets were accepted. */
    private int round(long seed) {
        byte[] stream = {};
        try {
            Random random = new Random(seed);
            Mutator mutator = new Mutator(random);
            Packets.Good good = corpus.get(random.nextInt(corpus.size()));
            stream = stream(good, random, mutator);
            List<Object> whole = outcome(stream, new int[] {stream.length}, ByteBufAllocator.DEFAULT);
            for (int[] ends : cuts(stream.length, random)) {
                assertEquals(whole, outcome(stream, ends, UNWATCHED));
            }
            if (stream.length <= MOST_CUTS) {
                int[] each = IntStream.rangeClosed(1, stream.length).toArray();
                assertEquals(whole, outcome(stream, each, ByteBufAllocator.DEFAULT));
            }
            return accepted(whole);
        } catch (Throwable failure) {
            return fail("-Dmortise.fuzz.seed=" + seed + ": " + ByteBufUtil.hexDump(stream), failure);
        }
    }

    /** A CONNECT and up to three packets, of which some are mutated; or a mutated CONNECT first. */
    private byte[] stream(Packets.Good good, Random random, Mutator mutator) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ProtocolVersion version = good.version();
        if (version != null) {
            stream.writeBytes(connects.get(version));
        }
        stream.writeBytes(mutator.mutated(good.bytes(), any(random)));
        for (int more = random.nextInt(3); more > 0; more--) {
            byte[] next = any(random);
            stream.writeBytes(random.nextBoolean() ? mutator.mutated(next, any(random)) : next);
        }
        return stream.toByteArray();
    }

    private byte[] any(Random random) {
        return corpus.get(random.nextInt(corpus.size())).bytes();
    }

    private static List<int[]> cuts(int length, Random random) {
        List<int[]> cuts = new ArrayList<>();
        if (length <= MOST_CUTS) {
            for (int at = 0; at <= length; at++) {
                cuts.add(new int[] {at, length});
            }
        } else {
            for (int i = 0; i < MOST_CUTS / 8; i++) {
                cuts.add(new int[] {random.nextInt(length), length});
            }
        }
        return cuts;
    }

    /** The packets that came out of a stream, and the violation at its end if there is one. */
    private List<Object> outcome(byte[] stream, int[] ends, ByteBufAllocator allocator) {
        List<Object> outcome = new ArrayList<>();
        MqttConnectionCodec codec = new MqttConnectionCodec(null, workbench);
        try {
            Framing.cut(stream, ends, allocator, MAXIMUM_PACKET_SIZE, frame -> outcome.add(codec.decode(frame)));
        } catch (ProtocolViolation violation) {
            outcome.add(violation.reasonCode() + ": " + violation.reason());
        }
        return outcome;
    }

    private int accepted(List<Object> outcome) {
        ProtocolVersion version = null;
        int accepted = 0;
        for (Object each : outcome) {
            if (each instanceof Packet packet) {
                version = packet instanceof Connect connect ? connect.version() : version;
                assertEquals(packet, writtenAndReadAgain(packet, version));
                accepted++;
            }
        }
        return accepted - 1;
    }

    /** What netty writes is read as the same packet, by netty too where it is not the codec's own road. */
    private Packet writtenAndReadAgain(Packet packet, ProtocolVersion version) {
        ByteBuf written = netty.written(version, packet);
        try {
            byte[] bytes = ByteBufUtil.getBytes(written);
            PacketType type = packet.type();
            if (type.value() >= PacketType.PUBLISH.value() && type.value() <= PacketType.PUBCOMP.value()) {
                assertEquals(packet, netty.read(version, bytes));
            }
            return new MqttConnectionCodec(type == PacketType.CONNECT ? null : version, workbench)
                    .decode(Unpooled.wrappedBuffer(bytes));
        } finally {
            written.release();
        }
    }

    /** Netty looks for leaks when a buffer is made, and sees them once the garbage collector has. */
    private static List<String> leaks() {
        for (int i = 0; i < 5; i++) {
            WeakReference<Object> garbage = new WeakReference<>(new Object());
            while (!garbage.refersTo(null)) {
                System.gc();
            }
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        return List.copyOf(LEAKS);
    }
}
