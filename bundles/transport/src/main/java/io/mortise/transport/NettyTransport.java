// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Traffic;
import io.mortise.api.health.Ledger;
import io.mortise.transport.wire.Codec;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the event loops, and with them every connection; outlives the codec and the broker.
 *
 * <p>Any thread but an event loop. While there is no codec or no broker, connections are accepted and kept, and
 * nothing is read from them. Immediate, because a delayed component ends with its last user: replacing the only
 * listener would close every connection.
 */
@Component(
        immediate = true,
        service = {Transport.class, Traffic.class, Ledger.class},
        configurationPid = "io.mortise.transport")
@Designate(ocd = NettyTransport.Config.class)
public final class NettyTransport implements Transport, Traffic, Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

    private static final int SHUTDOWN_SECONDS = 5;

    private static final int MEASURE_MILLIS = 1_000;

    /** How sockets are served. A change closes all connections: the event loops begin anew. */
    @ObjectClassDefinition(
            name = "Transport",
            description = "Event loops and sockets. A change closes all connections; clients have to connect again.")
    @interface Config {
        @AttributeDefinition(
                description = "How sockets are driven: epoll (Linux), nio (everywhere), or auto: the best one there is",
                options = {
                    @Option(label = "auto", value = "auto"),
                    @Option(label = "epoll", value = "epoll"),
                    @Option(label = "nio", value = "nio")
                })
        String io() default "auto";

        @AttributeDefinition(
                description = "Event loops, a thread each; 0: as many as processors",
                min = "0",
                max = "1024")
        int threads() default 0;

        @AttributeDefinition(
                description = "Bytes waiting to be sent on a connection from which on the broker holds back",
                min = "1024",
                max = "16777216")
        int write_buffer_high() default 65_536;

        @AttributeDefinition(
                description =
                        "Bytes waiting to be sent on a connection below which the broker goes on; at most the high"
                                + " mark",
                min = "0",
                max = "16777216")
        int write_buffer_low() default 32_768;

        @AttributeDefinition(
                description =
                        "Bytes of memory for packets that have not arrived completely, on all connections together;"
                                + " a client that needs more is disconnected with reason code 0x97 (Quota exceeded). 0 for an"
                                + " eighth of the largest heap",
                min = "0",
                max = "1099511627776")
        long partial_packets_maximum_bytes() default 0;

        @AttributeDefinition(
                description =
                        "Seconds that an address stays bound while its listener is away (stopped, updated or configured"
                                + " anew): those who connect meanwhile wait. 0 frees it at once",
                min = "0",
                max = "600")
        int door_hold_seconds() default 15;
    }

    private final Io io;
    private final WriteBufferWaterMark waterMark;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger threadCount = new AtomicInteger();
    private final EventLoopGroup eventLoops;
    private final Map<EventLoop, HomeLoop> homes = new IdentityHashMap<>();
    private final Switchboard switchboard;
    private final Map<String, TlsIdentity> identities = new ConcurrentHashMap<>();
    private final Doors doors;
    private volatile Since codecSince = Since.NEVER;
    private volatile Since brokerSince = Since.NEVER;
    private volatile boolean closed;

    @Activate
    public NettyTransport(Config config) {
        io = Io.named(config.io());
        waterMark = new WriteBufferWaterMark(config.write_buffer_low(), config.write_buffer_high());
        int count =
                config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors();
        long partialMaximum = config.partial_packets_maximum_bytes();
        PartialPackets partialPackets = new PartialPackets(
                partialMaximum > 0 ? partialMaximum : Runtime.getRuntime().maxMemory() / 8);
        eventLoops = new MultiThreadIoEventLoopGroup(count, this::newThread, io.handlers());
        for (EventExecutor eventLoop : eventLoops) {
            HomeLoop home = new HomeLoop((EventLoop) eventLoop, partialPackets);
            home.measureEvery(MEASURE_MILLIS);
            homes.put((EventLoop) eventLoop, home);
        }
        switchboard = new Switchboard(List.copyOf(homes.values()));
        doors = new Doors(
                (address, settings, clientele) ->
                        BoundAddress.bind(address, settings, clientele, eventLoops, io, waterMark, this::tls, homes),
                config.door_hold_seconds());
        LOG.info("transport with {} event loops ({})", count, io);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCodec(Codec codec, Map<String, ?> properties) {
        switchboard.bind(codec);
        codecSince = new Since(bundle(properties), codecEntry());
    }

    void unbindCodec(Codec codec) {
        switchboard.unbind(codec);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroker(Broker broker, Map<String, ?> properties) {
        switchboard.bind(broker);
        brokerSince = new Since(bundle(properties), brokerEntry());
    }

    void unbindBroker(Broker broker) {
        switchboard.unbind(broker);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindTls(TlsIdentity identity) {
        identities.put(identity.name(), identity);
    }

    void unbindTls(TlsIdentity identity) {
        identities.remove(identity.name(), identity);
    }

    private @Nullable Tls tls(String name) {
        TlsIdentity identity = identities.get(name);
        return identity == null ? null : identity.tls();
    }

    /** Why connections cannot be encrypted by this configuration; {@code null} if they can. */
    private @Nullable String whyNotEncrypted(String name) {
        Tls tls = tls(name);
        if (tls == null) {
            return "TLS " + name + ": a configuration io.mortise.tls~" + name + " expected, there is none";
        }
        String failure = tls.unready();
        return failure == null ? null : "TLS " + name + ": " + failure;
    }

    @Override
    public CompletionStage<Door> open(SocketAddress address, DoorSettings settings) {
        if (closed) {
            return CompletableFuture.failedFuture(new IOException("the transport has ended"));
        }
        String encrypted = settings.tls();
        String reason = encrypted == null ? null : whyNotEncrypted(encrypted);
        if (reason != null) {
            return CompletableFuture.failedFuture(new IOException(reason));
        }
        return doors.open(address, settings);
    }

    private long sum(ToLongFunction<LoopTraffic> number) {
        long sum = 0;
        for (HomeLoop home : homes.values()) {
            sum += number.applyAsLong(home.traffic());
        }
        return sum;
    }

    @Override
    public long bytesReceived() {
        return sum(LoopTraffic::bytesReceived);
    }

    @Override
    public long bytesSent() {
        return sum(LoopTraffic::bytesSent);
    }

    @Override
    public long packetsReceived() {
        return sum(LoopTraffic::packetsReceived);
    }

    @Override
    public long packetsSent() {
        return sum(LoopTraffic::packetsSent);
    }

    @Override
    public long connectionsTurnedAway() {
        return sum(LoopTraffic::connectionsTurnedAway);
    }

    @Override
    public long connectionsStarved() {
        return sum(LoopTraffic::connectionsStarved);
    }

    @Override
    public long bytesHeld() {
        return sum(LoopTraffic::bytesHeld);
    }

    /** The codec and the broker in use, since they are. */
    @Override
    public Map<Long, Entry> entries() {
        Map<Long, Entry> entries = new HashMap<>();
        codecSince.addTo(entries, codecEntry());
        brokerSince.addTo(entries, brokerEntry());
        return entries;
    }

    private Entry codecEntry() {
        return new Entry(
                packetsReceived() + packetsSent(),
                sum(LoopTraffic::codecFaults),
                sum(LoopTraffic::codecNanos),
                0,
                null);
    }

    private Entry brokerEntry() {
        return new Entry(packetsReceived(), sum(LoopTraffic::brokerFaults), sum(LoopTraffic::brokerNanos), 0, null);
    }

    /** Since when a bundle is in use: what there was before was for others. */
    private record Since(long bundle, Entry before) {
        static final Since NEVER = new Since(-1, Entry.NONE);

        void addTo(Map<Long, Entry> entries, Entry now) {
            entries.merge(
                    bundle,
                    new Entry(
                            now.calls() - before.calls(),
                            now.errors() - before.errors(),
                            now.nanos() - before.nanos(),
                            0,
                            null),
                    Entry::plus);
        }
    }

    private static long bundle(Map<String, ?> properties) {
        return properties.get("service.bundleid") instanceof Long id ? id : -1;
    }

    @Deactivate
    void close() {
        closed = true;
        doors.close();
        switchboard.close();
        // Whatever was opened meanwhile closes with its event loop.
        eventLoops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        for (Thread thread : threads) {
            awaitEnd(thread);
        }
        LOG.info("transport ended");
    }

    private Thread newThread(Runnable eventLoop) {
        Thread thread = new FastThreadLocalThread(eventLoop, "mortise-transport-io-" + threadCount.incrementAndGet());
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2 * SHUTDOWN_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.error("{} still runs", thread.getName());
        }
    }
}
