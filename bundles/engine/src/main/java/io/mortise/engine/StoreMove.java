// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Moves everything from the store in use to another, while the broker serves.
 *
 * <ol>
 *   <li><b>note</b>: from now on what the store in use is told is noted as well ({@link RecordingStores}).
 *   <li><b>copy</b>: all that it has, session by session, in three steps whose order matters: the sessions, then what waits for
 *       them in the store alone, then once more what is on its way. A message that leaves the backlog between the first and the second is
 *       on its way at the third, or done, and that was noted.
 *   <li><b>catch up</b>: what was noted is told the other store, until little is left.
 *   <li><b>compare</b>: what both have, by checksums. What has changed meanwhile is compared again later.
 *   <li><b>switch</b>, while everything is held: the rest of what was noted, and what has changed since the comparison compared, or
 *       copied once more. Then it is written down which store has everything, and that one is in use.
 *   <li><b>empty</b> the one that was left.
 * </ol>
 *
 * <p>Until the switch the store before is complete, and what goes wrong leaves it in use. Used by one thread, which may wait.
 */
final class StoreMove {
    private static final int PAGE_MESSAGES = 512;
    private static final int PAGE_BYTES = 1024 * 1024;
    private static final long PATIENCE_SECONDS = 60;
    private static final int FACTS_AT_ONCE = 1_000;

    /** So few are told while everything is held. */
    private static final long FACTS_FOR_THE_PAUSE = 1_000;

    private static final int ROUNDS_TO_CATCH_UP = 1_000;
    private static final long MOST_FACTS = 1_000_000;
    private static final int SAY_EVERY = 10_000;

    private final Engine engine;
    private final RecordingStores stores;
    private final Consumer<String> say;

    /** The client identifiers and topics that were changed since they were compared. */
    private final Set<String> changedSessions = new HashSet<>();

    private final Set<String> changedTopics = new HashSet<>();
    private Contents last = new Contents(Map.of(), Map.of(), 0);

    /**
     * What a store has.
     *
     * @param sessions checksums by client identifier
     * @param retained checksums by topic
     * @param messages how many wait in all sessions
     */
    private record Contents(Map<String, Long> sessions, Map<String, Long> retained, long messages) {
        @Override
        public String toString() {
            return sessions.size() + " sessions with " + messages + " messages, and " + retained.size()
                    + " retained messages";
        }
    }

    StoreMove(Engine engine, Stores.Pair from, Stores.Pair to, Consumer<String> say) {
        this.engine = engine;
        this.stores = new RecordingStores(from, to);
        this.say = say;
    }

    /** What is in a store, in words; {@code null} if nothing is. */
    static @Nullable String contents(Stores.Pair stores) {
        Contents contents = contents(stores, clientId -> true, topic -> true);
        return contents.sessions.isEmpty() && contents.retained.isEmpty() ? null : contents.toString();
    }

    /** Takes out all that is in a store that is not in use. */
    static void empty(Stores.Pair stores) {
        List<String> clientIds = new ArrayList<>();
        stores.sessions().forEach(session -> clientIds.add(session.clientId()));
        clientIds.forEach(stores.sessions()::remove);
        List<Message> messages = new ArrayList<>();
        stores.retained().forEach(messages::add);
        messages.forEach(message -> stores.retained().remove(message.topic()));
        safe(stores);
    }

    /**
     * Copies and compares; nothing is held but for a moment.
     *
     * @throws IllegalStateException if it cannot be, and then everything is as it was
     */
    void prepare() {
        engine.record(stores);
        copySessions();
        copyRetained();
        catchUp();
        compare();
        catchUp();
        goOn();
    }

    /**
     * The other store is in use when this returns.
     *
     * @param decide writes down that it has everything
     * @throws IllegalStateException if it cannot be, and then everything is as it was
     */
    void change(StoreChoiceWriter decide) {
        long began = System.nanoTime();
        engine.switchStores(stores, () -> {
            tellAll();
            repair();
            try {
                decide.write();
            } catch (IOException unwritten) {
                throw new IllegalStateException("which store is in use cannot be written down", unwritten);
            }
        });
        say.accept("everything was held for " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
    }

    /** Writes down which store has everything. */
    interface StoreChoiceWriter {
        void write() throws IOException;
    }

    /** It comes to nothing: nothing is noted any more. */
    void giveUp() {
        engine.stopRecording(stores);
    }

    /** What was moved, in words. */
    String summary() {
        return last.toString();
    }

    private void copySessions() {
        SessionStore from = stores.from().sessions();
        SessionStore to = stores.to().sessions();
        List<String> backlogged = new ArrayList<>();
        int[] count = {0};
        from.forEach(session -> {
            to.put(session);
            if (session.backlog().messages() > 0) {
                backlogged.add(session.clientId());
            }
            if (++count[0] % SAY_EVERY == 0) {
                goOn();
                say.accept(count[0] + " sessions copied");
            }
        });
        safe(stores.to());
        long copied = 0;
        for (String clientId : backlogged) {
            long before = copied;
            copied += copyBacklog(clientId);
            if (copied / SAY_EVERY > before / SAY_EVERY) {
                say.accept(copied + " messages copied that wait for clients");
            }
        }
        from.forEach(session -> session.outbound().stream()
                .filter(message -> message.packetId() != 0)
                .forEach(message -> RecordingStores.queueAnew(to, session.clientId(), message)));
        safe(stores.to());
        say.accept(count[0] + " sessions and " + copied + " messages that wait in the store are copied");
    }

    private long copyBacklog(String clientId) {
        long[] copied = {0};
        forEachInBacklog(stores.from().sessions(), clientId, message -> {
            stores.to().sessions().queued(clientId, message);
            if (++copied[0] % PAGE_MESSAGES == 0) {
                goOn();
                safe(stores.to());
            }
        });
        safe(stores.to());
        return copied[0];
    }

    private void copyRetained() {
        RetainedStore to = stores.to().retained();
        int[] count = {0};
        stores.from().retained().forEach(message -> {
            to.put(message);
            if (++count[0] % SAY_EVERY == 0) {
                goOn();
                say.accept(count[0] + " retained messages copied");
            }
        });
        safe(stores.to());
    }

    private void catchUp() {
        for (int round = 0; stores.waiting() > FACTS_FOR_THE_PAUSE; round++) {
            goOn();
            if (round == ROUNDS_TO_CATCH_UP) {
                throw new IllegalStateException("the broker is told more than the other store can take; try again when"
                        + " there is less to do");
            }
            tell(FACTS_AT_ONCE);
        }
    }

    private void tellAll() {
        while (tell(FACTS_AT_ONCE) > 0) {
            goOn();
        }
    }

    /** Tells so many facts at most, and waits until they are safe; how many there were. */
    private int tell(int most) {
        int told = 0;
        RecordingStores.Fact fact;
        while (told < most && (fact = stores.tellNext()) != null) {
            (fact.ofSession() ? changedSessions : changedTopics).add(fact.about());
            told++;
        }
        safe(stores.to());
        return told;
    }

    /** What differs now may do so because it changes: it is looked at again when nothing does. */
    private void compare() {
        changedSessions.clear();
        changedTopics.clear();
        Contents before = contents(stores.from(), clientId -> true, topic -> true);
        Contents after = contents(stores.to(), clientId -> true, topic -> true);
        changedSessions.addAll(differing(before.sessions, after.sessions));
        changedTopics.addAll(differing(before.retained, after.retained));
        last = before;
        say.accept("compared: " + before);
    }

    /** Nothing changes any more: what differs is copied once more, and then nothing may. */
    private void repair() {
        copyAnew(differingSessions());
        copyRetainedAnew(differingTopics());
        safe(stores.to());
        Set<String> differing = differingSessions();
        differing.addAll(differingTopics());
        if (!differing.isEmpty()) {
            throw new IllegalStateException("the other store does not have the same, of " + differing.size()
                    + " sessions and retained messages, "
                    + Printable.text(differing.iterator().next()) + " is one");
        }
    }

    private void copyAnew(Set<String> clientIds) {
        if (clientIds.isEmpty()) {
            return;
        }
        clientIds.forEach(stores.to().sessions()::remove);
        stores.from().sessions().forEach(session -> {
            if (clientIds.contains(session.clientId())) {
                stores.to().sessions().put(session);
            }
        });
        clientIds.forEach(this::copyBacklog);
    }

    private void copyRetainedAnew(Set<String> topics) {
        if (topics.isEmpty()) {
            return;
        }
        topics.forEach(topic -> stores.to().retained().remove(Topic.of(topic)));
        stores.from().retained().forEach(message -> {
            if (topics.contains(message.topic().name())) {
                stores.to().retained().put(message);
            }
        });
    }

    private Set<String> differingSessions() {
        if (changedSessions.isEmpty()) {
            return new HashSet<>();
        }
        return differing(
                contents(stores.from(), changedSessions::contains, topic -> false).sessions,
                contents(stores.to(), changedSessions::contains, topic -> false).sessions);
    }

    private Set<String> differingTopics() {
        if (changedTopics.isEmpty()) {
            return new HashSet<>();
        }
        return differing(
                contents(stores.from(), clientId -> false, changedTopics::contains).retained,
                contents(stores.to(), clientId -> false, changedTopics::contains).retained);
    }

    private static Set<String> differing(Map<String, Long> one, Map<String, Long> other) {
        Set<String> differing = new HashSet<>(one.keySet());
        differing.addAll(other.keySet());
        differing.removeIf(key -> one.containsKey(key) && one.get(key).equals(other.get(key)));
        return differing;
    }

    private static Contents contents(Stores.Pair stores, Predicate<String> sessions, Predicate<String> topics) {
        Map<String, Long> bySession = new HashMap<>();
        Map<String, Long> byTopic = new HashMap<>();
        long[] messages = {0};
        List<String> backlogged = new ArrayList<>();
        stores.sessions().forEach(session -> {
            if (sessions.test(session.clientId())) {
                long sum = Checksum.of(session);
                for (OutboundMessage message : session.outbound()) {
                    messages[0]++;
                    sum += Checksum.of(message);
                }
                bySession.put(session.clientId(), sum);
                if (session.backlog().messages() > 0) {
                    backlogged.add(session.clientId());
                }
            }
        });
        for (String clientId : backlogged) {
            forEachInBacklog(stores.sessions(), clientId, message -> {
                messages[0]++;
                bySession.merge(clientId, Checksum.of(message), Long::sum);
            });
        }
        stores.retained().forEach(message -> {
            String topic = message.topic().name();
            if (topics.test(topic)) {
                byTopic.put(topic, Checksum.of(message));
            }
        });
        return new Contents(bySession, byTopic, messages[0]);
    }

    /** Calls {@code action} with all that was left in a store for a client and never sent, of which a page is in memory at a time. */
    private static void forEachInBacklog(SessionStore store, String clientId, Consumer<OutboundMessage> action) {
        List<OutboundMessage> page;
        long from = 1;
        do {
            page = await(store.page(clientId, from, PAGE_MESSAGES, PAGE_BYTES));
            page.forEach(action);
            from = page.isEmpty() ? from : page.get(page.size() - 1).position() + 1;
        } while (!page.isEmpty());
    }

    /** Asked now and then: whether it can still come to a good end. */
    private void goOn() {
        if (stores.isOver()) {
            throw new IllegalStateException("a store or the engine was replaced meanwhile");
        }
        if (stores.waiting() > MOST_FACTS) {
            throw new IllegalStateException(
                    "the broker is told more than can be noted; try again when there is less to do");
        }
        if (!stores.to().sessions().isAccepting()) {
            throw new IllegalStateException("the other store takes nothing more");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted");
        }
    }

    private static void safe(Stores.Pair stores) {
        await(stores.sessions().barrier());
        await(stores.retained().barrier());
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } catch (TimeoutException late) {
            throw new IllegalStateException("a store has not answered within " + PATIENCE_SECONDS + " s", late);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a store has failed: " + failure.getCause(), failure);
        }
    }
}
