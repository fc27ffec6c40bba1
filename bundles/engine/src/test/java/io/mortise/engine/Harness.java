// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.store.SessionRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.Durations;
import org.jspecify.annotations.Nullable;

/** An engine with all its parts, two event loops, and clients in the process. */
final class Harness implements AutoCloseable {
    static final Settings SETTINGS = new TestSettings().build();
    static final String PROVIDER = "test";

    static {
        Awaitility.setDefaultPollInterval(2, TimeUnit.MILLISECONDS);
        Awaitility.setDefaultPollDelay(Durations.ONE_MILLISECOND);
        Awaitility.setDefaultTimeout(10, TimeUnit.SECONDS);
    }

    final TestClock clock = new TestClock();
    final TestAuth auth = new TestAuth();
    final List<ScheduledExecutorService> loops =
            List.of(Executors.newSingleThreadScheduledExecutor(), Executors.newSingleThreadScheduledExecutor());
    private final List<Engine> engines = new ArrayList<>();
    private final List<TestConnection> wires = new ArrayList<>();

    LinearRouter router = new LinearRouter();
    TestSessionStore sessions = new TestSessionStore();
    TestRetainedStore retained = new TestRetainedStore();
    Interceptors interceptors = Interceptors.NONE;
    Engine engine;

    Harness() {
        this(SETTINGS);
    }

    Harness(Settings settings) {
        this(settings, Offer.ALL);
    }

    Harness(Offer offer) {
        this(SETTINGS, offer);
    }

    Harness(Settings settings, Offer offer) {
        engine = fresh(settings, offer);
        engine.serve();
    }

    Engine fresh(Settings settings) {
        return fresh(settings, Offer.ALL);
    }

    private Engine fresh(Settings settings, Offer offer) {
        Engine next = new Engine(settings, offer, clock);
        engines.add(next);
        next.useRouter(router);
        next.useSessionStore(sessions);
        next.useRetainedStore(retained);
        next.useAuthenticator(only(auth));
        next.useAuthorizers(always(auth));
        next.useInterceptors(interceptors);
        return next;
    }

    /** The only authenticator, by the name {@link #PROVIDER}, of every listener. */
    static AuthenticatorChain only(Authenticator authenticator) {
        return new AuthenticatorChain(new Links<>(List.of(new Links.Link<>(PROVIDER, authenticator)), Map.of()));
    }

    /** The same authorizer for every listener. */
    static Authorizers always(Authorizer authorizer) {
        return listener -> authorizer;
    }

    /** The broker ends as a process does, and another begins with what the stores have. */
    void restart() {
        wires.forEach(TestConnection::hold);
        engine.shutDown();
        router = new LinearRouter();
        engine = fresh(SETTINGS);
        engine.serve();
    }

    TestConnection wire() {
        TestConnection wire = new TestConnection(loops.get(wires.size() % loops.size()));
        wires.add(wire);
        wire.accept(engine);
        return wire;
    }

    /** A client that is a part of the broker. */
    TestClient connectInternal(String clientId) {
        TestConnection wire = new TestConnection(loops.get(0));
        wires.add(wire);
        wire.internal("$internal/" + clientId);
        wire.accept(engine);
        TestClient client = new TestClient(wire);
        client.say(opening(clientId).build());
        client.hear(ConnAck.class);
        return client;
    }

    TestClient.Opening opening(String clientId) {
        return new TestClient.Opening(clientId);
    }

    TestClient open(TestClient.Opening opening) {
        TestClient client = new TestClient(wire());
        client.say(opening.build());
        return client;
    }

    /** Answers what it hears, from the first packet on. */
    TestClient openAutomatic(TestClient.Opening opening) {
        return new TestClient(wire()).automatic().say(opening.build());
    }

    /** Connected. */
    TestClient connect(TestClient.Opening opening) {
        TestClient client = open(opening);
        client.hear(ConnAck.class);
        return client;
    }

    TestClient connect(String clientId) {
        return connect(opening(clientId));
    }

    /** With a session that lasts. */
    TestClient connectLasting(String clientId) {
        return connect(opening(clientId).expiry(1000));
    }

    @Nullable
    Session session(String clientId) {
        return engine.sessions().get(clientId);
    }

    SessionRecord stored(String clientId) {
        SessionRecord record = sessions.record(clientId);
        if (record == null) {
            throw new IllegalStateException("the store has no session of " + clientId);
        }
        return record;
    }

    /** What a session says of itself while a store has its backlog. */
    static SessionRecord withoutBacklog(SessionRecord head) {
        return new SessionRecord(
                head.clientId(), head.state(), head.subscriptions(), head.outbound(), head.inboundPacketIds());
    }

    /** As a transport does it. */
    void swap(Settings settings) {
        swap(settings, Offer.ALL);
    }

    void swap(Settings settings, Offer offer) {
        List<TestConnection> live =
                wires.stream().filter(wire -> !wire.isClosed()).toList();
        live.forEach(TestConnection::hold);
        Map<TestConnection, CompletableFuture<HandOver>> left = new LinkedHashMap<>();
        live.forEach(wire -> left.put(wire, wire.release()));
        Map<TestConnection, HandOver> handOvers = new LinkedHashMap<>();
        left.forEach((wire, future) ->
                handOvers.put(wire, future.orTimeout(5, TimeUnit.SECONDS).join()));
        engine.retire();
        Engine next = fresh(settings, offer);
        handOvers.forEach((wire, handOver) -> wire.resume(next, handOver));
        next.serve();
        engine = next;
    }

    void swap() {
        swap(SETTINGS);
    }

    /** Each event loop has done what it was doing. */
    void settleLoops() {
        loops.forEach(Harness::pass);
    }

    /** Everything that was posted or scheduled at once has run. */
    void settle() {
        for (int round = 0; round < 5; round++) {
            for (ScheduledExecutorService loop : loops) {
                pass(loop);
            }
            pass(engine.scheduler());
        }
    }

    private static void pass(ScheduledExecutorService loop) {
        try {
            loop.submit(() -> {}).get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        wires.forEach(TestConnection::end);
        engines.forEach(Engine::shutDown);
        loops.forEach(ScheduledExecutorService::shutdownNow);
        for (TestConnection wire : wires) {
            Throwable fault = wire.fault();
            if (fault != null) {
                throw new AssertionError("a fault reached the transport", fault);
            }
        }
    }
}
