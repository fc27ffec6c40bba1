// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.connection.Traffic;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import io.mortise.engine.Memory.Holding;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker: its parts, its sessions, and the gate between them.
 *
 * <p>Parts come and go by the {@code use…} methods, on any thread that is nobody's home. Each change closes the gate, waits
 * until no thread uses a part any more, makes the change, brings the new part up to date, and opens the gate again if
 * all parts are there. Connections stay, and read nothing meanwhile.
 */
final class Engine implements Broker {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long END_SECONDS = 10;
    private static final long STORE_SECONDS = 30;
    private static final long WIRE_MEASURE_MILLIS = 1_000;
    private static final long RETAINED_EXPIRY_SECONDS = 60;

    private final Settings settings;
    private final Offer offer;
    private final InstantSource clock;
    private final ScheduledExecutorService scheduler;
    private final Gate gate = new Gate();
    private final Sessions sessions = new Sessions(this);
    private final Retained retained;
    private final Homes homes;
    private final Congestion congestion;
    private final Memory memory;
    private final Counters counters = new Counters();
    private final Publications publications = new Publications();
    private final Observers observers = new Observers();
    private final Undecided undecided = new Undecided();
    private final Faults faults = new Faults(System::nanoTime);
    private final Admission admission;
    private final Set<ClientConnection> clients = ConcurrentHashMap.newKeySet();
    private final Totals totals = new Totals(clients);
    private final Set<DueWill> dueWills = ConcurrentHashMap.newKeySet();
    private final SecureRandom random = new SecureRandom();
    private final LongAdder sharedSubscriptions = new LongAdder();
    private final LongAdder messagesInStore = new LongAdder();
    private final LongAdder bytesInStore = new LongAdder();
    private volatile @Nullable Traffic traffic;

    private volatile boolean leaving;
    private volatile boolean retired;

    /** Of the store that is here, or was last. */
    private volatile boolean storeDurable;

    /** Guards what follows, and is held during a change; never taken on a home thread, for which a change waits. */
    private final Object change = new Object();

    private @Nullable Router router;
    private @Nullable SessionStore sessionStore;
    private @Nullable RetainedStore retainedStore;
    private @Nullable AuthenticatorChain authenticator;
    private @Nullable Authorizers authorizers;
    private @Nullable Interceptors interceptors;
    private final Map<Methods.Key, AuthenticationMethod> methods = new HashMap<>();
    private final Set<Methods.Key> methodsEver = new HashSet<>();
    private @Nullable Router filled;

    /** While everything is moved to other stores; {@code null} otherwise. */
    private @Nullable RecordingStores recording;

    private @Nullable String sessionStoreIdentity;
    private @Nullable String retainedStoreIdentity;
    private boolean serving;
    private boolean loaded;

    Engine(Settings settings, Offer offer, InstantSource clock) {
        this.settings = settings;
        this.offer = offer;
        this.clock = clock;
        this.memory = new Memory(settings.broker());
        this.admission = new Admission(this);
        this.retained = new Retained(gate, clock, settings.broker(), memory, counters);
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mortise-engine");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        this.scheduler = timers;
        this.homes = new Homes(timers, clients, sessions);
        this.congestion = new Congestion(timers);
        timers.scheduleWithFixedDelay(
                this::measureWire, WIRE_MEASURE_MILLIS, WIRE_MEASURE_MILLIS, TimeUnit.MILLISECONDS);
        timers.scheduleWithFixedDelay(
                this::expireRetained, RETAINED_EXPIRY_SECONDS, RETAINED_EXPIRY_SECONDS, TimeUnit.SECONDS);
    }

    Settings settings() {
        return settings;
    }

    Offer offer() {
        return offer;
    }

    InstantSource clock() {
        return clock;
    }

    /** The home of sessions without a connection, and the clock of everything that is due later. */
    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    Gate gate() {
        return gate;
    }

    Sessions sessions() {
        return sessions;
    }

    Retained retained() {
        return retained;
    }

    Congestion congestion() {
        return congestion;
    }

    Memory memory() {
        return memory;
    }

    Counters counters() {
        return counters;
    }

    /** What the publisher of a message has to know of its way. */
    Publications publications() {
        return publications;
    }

    /** Who wants to know what happens to clients. */
    Observers observers() {
        return observers;
    }

    /** What others have failed at lately. */
    Faults faults() {
        return faults;
    }

    /** Where packets wait for interceptors. */
    Undecided undecided() {
        return undecided;
    }

    Admission admission() {
        return admission;
    }

    // ---- what a wire asks

    @Override
    public ConnectionHandler accept(Connection connection) {
        ClientConnection client = enter(connection);
        totals.accepted(client);
        return client;
    }

    @Override
    public ConnectionHandler resume(Connection connection, HandOver handOver) {
        ClientConnection client = enter(connection);
        client.resume(handOver);
        return client;
    }

    private ClientConnection enter(Connection connection) {
        if (retired) {
            throw new IllegalStateException("this broker has retired");
        }
        ClientConnection client = new ClientConnection(this, connection);
        clients.add(client);
        memory.add(Holding.CONNECTIONS, Cost.CONNECTION, 1);
        memory.judge();
        return client;
    }

    @Override
    public void serve() {
        synchronized (change) {
            serving = true;
            openIfComplete();
        }
    }

    @Override
    public void retire() {
        synchronized (change) {
            if (!retired) {
                leaving = true;
                close();
                retired = true;
                endRecording();
                Router last = filled;
                for (Session session : sessions.all()) {
                    session.cancelTimers();
                }
                if (last != null) {
                    leaveRouter(last);
                }
            }
        }
    }

    /** All sessions leave a router. A fault of it is its own: the next broker does not wait for it. */
    private void leaveRouter(Router last) {
        try {
            last.unsubscribeAll(subscriber -> subscriber instanceof Session session && session.isOf(this));
        } catch (Throwable failure) {
            LOG.error(
                    "The router does not let go of {} sessions", sessions.all().size(), failure);
        }
    }

    /** The first connection was asked back: the others follow, and then the next broker serves. */
    void leave() {
        leaving = true;
    }

    /** Whether no session begins here any more, and no will is published. */
    boolean isLeaving() {
        return leaving;
    }

    /**
     * The process ends: every client is told so (0x8B), once what it had earned is acknowledged. Sessions and wills are left
     * to the store; nobody is served any more.
     */
    void stop() {
        synchronized (change) {
            leaving = true;
            if (gate.isPassable()) {
                quiesce();
            }
            homes.forEach(
                    client -> {
                        if (!client.isInternal()) {
                            client.stop();
                        }
                    },
                    "clients to be told");
            homes.passThrough("sessions to be left to the store");
        }
    }

    /** Ends every thread and timer. After {@link #retire()}. */
    void shutDown() {
        retire();
        observers.close();
        scheduler.shutdownNow();
        try {
            if (!scheduler.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The thread mortise-engine does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what clients and sessions ask

    /**
     * Publishes a message: retains it if it says so, and routes it.
     *
     * @return how many subscribers it was delivered to; {@link Publications#NOT_KEPT} if a store failed to keep it for one
     */
    int publish(Message message, @Nullable Session publisher) {
        if (message.retain()) {
            retained.retain(message);
        }
        return publications.outcome(gate.parts().router().route(message, publisher));
    }

    /** To route one of the messages that are timed has taken so long. */
    void routerTook(long nanos) {
        if (gate.parts().router() instanceof MeteredRouter metered) {
            metered.meter().took(nanos);
        }
    }

    /** Gives a message to another of those who share a subscription (4.8.2). */
    void redeliver(Message message, TopicFilter shared) {
        gate.parts().router().redeliver(message, shared);
        publications.outcome(0); // there is no publisher to tell
    }

    /** Completes when everything that came of a message that was just published is safe. */
    CompletionStage<Void> barrier(Message message) {
        Parts parts = gate.parts();
        CompletionStage<Void> queued = parts.sessionStore().barrier();
        return message.retain() ? queued.thenCombine(parts.retainedStore().barrier(), (one, other) -> one) : queued;
    }

    /** A client identifier that nobody has: 128 random bits. */
    String newClientId() {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return "mortise-" + HexFormat.of().formatHex(bits);
    }

    /** The session expiry interval that a client gets that asks for this one, in seconds. */
    long expiryInterval(long asked) {
        return Math.min(asked, settings.session().expiryMaximumSeconds());
    }

    /** Whether the store takes anything new; while it is away, everything waits for it anyway. */
    boolean acceptsFacts() {
        return !gate.isPassable() || gate.parts().sessionStore().isAccepting();
    }

    /** What happens here to a session and to others is one unit: after a crash, all of it has happened or nothing. */
    void together(Runnable facts) {
        SessionStore store = gate.parts().sessionStore();
        store.begin();
        try {
            facts.run();
        } finally {
            store.end();
        }
    }

    /** Whether the store keeps what waits, and can be asked for it a page at a time. */
    boolean isStoreDurable() {
        return storeDurable;
    }

    void forget(ClientConnection client) {
        if (clients.remove(client)) {
            memory.add(Holding.CONNECTIONS, -Cost.CONNECTION, -1);
            memory.judge();
        }
    }

    /** The wills that an authorizer has not decided about yet. */
    Set<DueWill> dueWills() {
        return dueWills;
    }

    Set<ClientConnection> clients() {
        return clients;
    }

    /** What there was since the broker began. */
    Totals totals() {
        return totals;
    }

    /** Counts the messages that wait for all sessions in the store alone. */
    LongAdder messagesInStore() {
        return messagesInStore;
    }

    /** Counts their payloads and topic names. */
    LongAdder bytesInStore() {
        return bytesInStore;
    }

    /** Counts the shared subscriptions of all sessions. */
    LongAdder sharedSubscriptions() {
        return sharedSubscriptions;
    }

    /** What goes over the wires; {@code null} if no transport says so. */
    @Nullable
    Traffic traffic() {
        return traffic;
    }

    void useTraffic(Traffic next) {
        traffic = next;
    }

    void loseTraffic(Traffic gone) {
        if (traffic == gone) {
            traffic = null;
        }
    }

    private void measureWire() {
        try {
            Traffic wires = traffic;
            memory.measured(Holding.WIRE, wires == null ? 0 : wires.bytesHeld());
            memory.judge();
        } catch (Throwable failure) { // a periodic task that throws is not run again
            LOG.error("What the transport holds could not be measured; trying again later", failure);
        }
    }

    void expireRetained() {
        try {
            if (gate.isPassable()) {
                retained.expire();
            }
        } catch (Throwable failure) { // a periodic task that throws is not run again
            LOG.error("Expired retained messages could not be removed; trying again later", failure);
        }
    }

    /** How many acknowledgements wait for the store, about. */
    long unacknowledged() {
        return clients.stream().mapToLong(ClientConnection::unacknowledged).sum();
    }

    /** How much waits to be done for sessions. */
    long inMailboxes() {
        return sessions.all().stream()
                .mapToLong(session -> session.mailbox().size())
                .sum();
    }

    /** The router in use, if its calls are counted. */
    @Nullable
    MeteredRouter meteredRouter() {
        synchronized (change) {
            return router instanceof MeteredRouter metered ? metered : null;
        }
    }

    /** That of the store in use; {@code null} if there is none. */
    @Nullable
    Meter storeMeter() {
        synchronized (change) {
            return sessionStore instanceof MeteredSessionStore metered ? metered.meter() : null;
        }
    }

    /** The parts that are not here, in words, but for those that have names. */
    List<String> absentParts() {
        synchronized (change) {
            List<String> absent = new ArrayList<>();
            if (router == null) {
                absent.add("a router");
            }
            if (sessionStore == null) {
                absent.add("a store of sessions");
            }
            if (retainedStore == null) {
                absent.add("a store of retained messages");
            }
            return absent;
        }
    }

    // ---- parts come and go

    void useRouter(@Nullable Router next) {
        change(() -> {
            router = next;
            if (filled != next) {
                filled = null;
            }
        });
    }

    void loseRouter(Router gone) {
        synchronized (change) {
            if (router == gone) {
                useRouter(null);
            }
        }
    }

    void useAuthenticator(@Nullable AuthenticatorChain next) {
        change(() -> authenticator = next);
    }

    /**
     * Takes a method of an auth provider. Of two that one provider has by one name, the one that came later is in use.
     *
     * @param provider its name; empty if it has none
     */
    void useAuthenticationMethod(AuthenticationMethod next, String provider) {
        Methods.Key key = new Methods.Key(provider, next.name());
        change(() -> {
            methods.put(key, next);
            methodsEver.add(key);
        });
    }

    void loseAuthenticationMethod(AuthenticationMethod gone) {
        change(() -> {
            methods.values().removeIf(method -> method == gone);
            homes.forEach(client -> client.methodGone(gone), "authentications to end");
        });
    }

    void useAuthorizers(@Nullable Authorizers next) {
        change(() -> {
            authorizers = next;
            homes.forEach(ClientConnection::endAuthorization, "permissions to be given back");
            dueWills.forEach(DueWill::release);
        });
    }

    /** Takes the interceptors in force; {@code null} while one is missing that has to be there. */
    void useInterceptors(@Nullable Interceptors next) {
        change(() -> interceptors = next);
    }

    /** A store that does not last gets what is here; so does one that takes the place of another. */
    void useSessionStore(@Nullable SessionStore next) {
        change(() -> {
            endRecording();
            SessionStore before = sessionStore;
            if (loaded && next != null) {
                if (next.identity().equals(sessionStoreIdentity)) {
                    awaitBarrier(before); // it has everything as soon as everything was written
                } else {
                    sessions.save(next, before);
                }
            }
            sessionStore = next;
            if (next != null) {
                sessionStoreIdentity = next.identity();
                storeDurable = next.isDurable();
            }
        });
    }

    void loseSessionStore(SessionStore gone) {
        synchronized (change) {
            if (sessionStore == gone) {
                useSessionStore(null);
            }
        }
    }

    void useRetainedStore(@Nullable RetainedStore next) {
        change(() -> {
            endRecording();
            if (loaded && next != null && !next.identity().equals(retainedStoreIdentity)) {
                retained.save(next);
            }
            retainedStore = next;
            if (next != null) {
                retainedStoreIdentity = next.identity();
            }
        });
    }

    void loseRetainedStore(RetainedStore gone) {
        synchronized (change) {
            if (retainedStore == gone) {
                useRetainedStore(null);
            }
        }
    }

    /**
     * What the stores in use are told is noted from now on.
     *
     * @throws IllegalStateException if a part is away, or other stores are in use
     */
    void record(RecordingStores next) {
        synchronized (change) {
            if (recording != null) {
                throw new IllegalStateException("everything is being moved already");
            }
            requireInUse(next.from());
            change(() -> recording = next);
        }
    }

    /** Nothing is noted any more. */
    void stopRecording(RecordingStores over) {
        synchronized (change) {
            if (recording == over) {
                change(this::endRecording);
            }
        }
    }

    private void endRecording() {
        RecordingStores over = recording;
        recording = null;
        if (over != null) {
            over.end();
        }
    }

    private void requireInUse(Stores.Pair stores) {
        if (!gate.isPassable() || retired || sessionStore != stores.sessions() || retainedStore != stores.retained()) {
            throw new IllegalStateException("a part of the broker is away, or was replaced: expected all of them");
        }
    }

    /**
     * Takes the stores into use that were told all that is noted.
     *
     * @param lastly what is done while everything is held; if it throws, those before stay in use
     * @throws IllegalStateException if something was replaced meanwhile
     */
    void switchStores(RecordingStores noted, Runnable lastly) {
        synchronized (change) {
            if (recording != noted) {
                throw new IllegalStateException("a store or the engine was replaced meanwhile");
            }
            requireInUse(noted.from());
            close();
            try {
                lastly.run();
                SessionStore before = noted.from().sessions();
                SessionStore next = noted.to().sessions();
                if (before.isDurable() && !next.isDurable()) {
                    sessions.takeBacklogs(before);
                }
                sessionStore = next;
                sessionStoreIdentity = next.identity();
                storeDurable = next.isDurable();
                retainedStore = noted.to().retained();
                retainedStoreIdentity = noted.to().retained().identity();
            } finally {
                endRecording();
                openIfComplete();
            }
        }
    }

    /** As {@link io.mortise.api.connection.BrokerAdmin#changeStores}. */
    void changeStores(Consumer<Set<String>> beneath) {
        synchronized (change) {
            SessionStore sessionStore = this.sessionStore;
            RetainedStore retainedStore = this.retainedStore;
            Router router = filled;
            if (!gate.isPassable() || sessionStore == null || retainedStore == null || router == null) {
                throw new IllegalStateException("a part of the broker is away: expected all of them");
            }
            close();
            try {
                try {
                    beneath.accept(sessions.clientIds());
                } finally { // what came before it failed is there
                    retained.takeUp(retainedStore);
                    for (Session session : sessions.takeUp(sessionStore)) {
                        session.enterRouter(router);
                        session.mailbox().post(session::goOn);
                    }
                }
            } finally {
                openIfComplete();
            }
        }
    }

    private void change(Runnable replacement) {
        synchronized (change) {
            close();
            replacement.run();
            openIfComplete();
        }
    }

    /** Returns when no thread uses a part any more. */
    private void close() {
        if (!gate.isPassable()) {
            return;
        }
        quiesce();
        gate.closed();
        homes.passThrough("mailboxes to stand still");
        gate.empty();
        LOG.info("Holding {} connections", clients.size());
    }

    /** Returns when nothing is read any more, and all that was read is delivered and acknowledged. */
    private void quiesce() {
        gate.closing();
        homes.forEach(ClientConnection::gateClosing, "connections to pause");
        homes.forEachUntil(ClientConnection::decided, "interceptors to decide");
        homes.emptyMailboxes();
        // what was earned is acknowledged by the store that has it
        homes.forEachUntil(ClientConnection::acknowledged, "acknowledgements");
    }

    private void openIfComplete() {
        Router router = this.router;
        SessionStore sessionStore = this.sessionStore;
        RetainedStore retainedStore = this.retainedStore;
        AuthenticatorChain authenticator = this.authenticator;
        Authorizers authorizers = this.authorizers;
        Interceptors interceptors = this.interceptors;
        if (!serving
                || retired
                || router == null
                || sessionStore == null
                || retainedStore == null
                || authenticator == null
                || authorizers == null
                || interceptors == null) {
            return;
        }
        boolean first = !loaded;
        if (first) {
            retained.load(retainedStore);
            sessions.load(sessionStore);
            loaded = true;
        }
        Set<Methods.Key> missed = new HashSet<>(methodsEver);
        missed.removeAll(methods.keySet());
        RecordingStores recording = this.recording;
        Parts parts = new Parts(
                router,
                recording == null ? sessionStore : recording.sessions(),
                recording == null ? retainedStore : recording.retained(),
                authenticator,
                authorizers,
                new Methods(methods, missed),
                interceptors);
        if (filled != router) { // an index is filled before anybody asks it
            sessions.all().forEach(session -> session.enterRouter(router));
            filled = router;
        }
        gate.open(parts);
        for (Session session : sessions.all()) {
            if (first && session.client() == null) {
                session.mailbox().post(session::goOn);
            }
            session.mailbox().wake();
        }
        clients.forEach(client -> client.onHome(client::gateOpened));
        dueWills.forEach(DueWill::askAgain);
        LOG.info(
                "Serving {} connections and {} sessions",
                clients.size(),
                sessions.all().size());
    }

    /** Waits until the store has written what it was given. On a thread that may wait. */
    static void awaitBarrier(@Nullable SessionStore store) {
        if (store != null) {
            await(store.barrier().thenApply(done -> Boolean.TRUE), Boolean.FALSE);
        }
    }

    /** The outcome of a stage, on a thread that may wait; {@code otherwise} if there is none in time. */
    static <T> T await(CompletionStage<T> stage, T otherwise) {
        try {
            return stage.toCompletableFuture().get(STORE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            LOG.error("Waited {} s for a store, going on without", STORE_SECONDS);
        } catch (ExecutionException failure) {
            LOG.error("Waited for a store", failure.getCause());
        }
        return otherwise;
    }
}
