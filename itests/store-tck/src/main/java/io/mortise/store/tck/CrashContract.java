// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process ends in the middle of whatever a durable store does: what was acknowledged is there, and nothing is there by half.
 *
 * <p>A provider's test extends it; it needs a constructor without parameters that another process can call. That one opens
 * the store, writes, and is killed. A store that appends to a log says where that is ({@link #log}): the log is then cut at many
 * places, within whatever is written there, as a file system may leave it.
 */
public abstract class CrashContract {
    private static final String PUBLISHER = "publisher";
    private static final String SUBSCRIBER = "subscriber";
    private static final int LAST = 60_000;
    private static final int ROUNDS = 6;
    private static final int CUTS = 20;

    @TempDir
    Path folders;

    private int folderCount;

    /** Opens the store that is in this folder, which need not be there yet, so that a barrier means: on the disk. */
    protected abstract SessionStore open(Path folder) throws Exception;

    /** Closes it. */
    protected abstract void close(SessionStore store) throws Exception;

    /** The file in this folder to which is appended; {@code null} if there is none. */
    protected @Nullable Path log(Path folder) {
        return null;
    }

    /** What is killed: writes units for ever, and says on standard output which are safe. */
    static final class Victim {

        private Victim() {}

        /** The class of the contract, the folder, and the number of the first unit. */
        public static void main(String[] arguments) throws Exception {
            var constructor = Class.forName(arguments[0]).getDeclaredConstructor();
            constructor.setAccessible(true);
            SessionStore store = ((CrashContract) constructor.newInstance()).open(Path.of(arguments[1]));
            int first = Integer.parseInt(arguments[2]);
            if (first == 1) {
                begin(store);
            }
            for (int unit = first; unit < LAST; unit++) {
                write(store, unit);
                if (unit % 7 == 0) {
                    store.barrier().toCompletableFuture().join();
                    System.out.println(unit);
                }
            }
        }
    }

    private static void begin(SessionStore store) {
        SessionState state = new SessionState("alice", SessionState.FOR_EVER, SessionState.CONNECTED, null);
        for (String clientId : List.of(PUBLISHER, SUBSCRIBER)) {
            store.put(new SessionRecord(clientId, state, List.of(), List.of(), Set.of()));
        }
    }

    /** A publication at QoS 2 that one session has made and another waits for. */
    private static void write(SessionStore store, int number) {
        Message message =
                new Message(Topic.of("Kitchen/Fridge"), Payload.owning(new byte[40]), Qos.EXACTLY_ONCE, false);
        store.begin();
        store.inbound(PUBLISHER, number);
        store.queued(
                SUBSCRIBER, new OutboundMessage(number, message, Qos.EXACTLY_ONCE, false, List.of(), null, 0, false));
        store.end();
    }

    @Test
    @DisplayName("SEC-58, DUR-01, DUR-03: a packet identifier and its message are there together, or neither is")
    void shouldKeepUnitsWholeAndWhatWasAcknowledged() throws Exception {
        Path folder = folder();
        Random random = new Random(58);
        int first = 1;
        for (int round = 0; round < ROUNDS; round++) {
            int acknowledged = killAfter(folder, first, 1 + random.nextInt(40));
            first = look(folder, acknowledged) + 1;
        }
    }

    /** At any moment the files are what a crash would leave: a copy of them, the log cut, is a store. */
    @Test
    @DisplayName("DUR-04: a torn tail is cut")
    void shouldCutATornTail() throws Exception {
        Path folder = folder();
        SessionStore store = open(folder);
        begin(store);
        for (int unit = 1; unit <= 60; unit++) {
            write(store, unit);
            store.barrier().toCompletableFuture().join();
        }
        Path log = log(folder);
        assumeTrue(log != null, "this store appends to no log");
        byte[] whole = Files.readAllBytes(log);
        Random random = new Random(4);
        int before = Integer.MAX_VALUE;
        for (int cut = whole.length; cut > 0; cut -= 1 + random.nextInt(whole.length / CUTS)) {
            Path torn = copy(folder);
            Path tornLog = log(torn);
            assertNotNull(tornLog);
            Files.write(tornLog, Arrays.copyOf(whole, cut));
            int kept = look(torn, 0);
            assertTrue(kept <= before, "a shorter log has more");
            before = kept;
        }
        assertTrue(before < 10, before + " units in the shortest log");
        close(store);
    }

    private Path folder() {
        return folders.resolve("store-" + folderCount++);
    }

    private Path copy(Path folder) throws IOException {
        Path copy = folder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    /** Answers the last unit that is there. */
    private int look(Path folder, int acknowledged) throws Exception {
        SessionStore store = open(folder);
        Map<String, SessionRecord> sessions = new TreeMap<>();
        store.forEach(session -> sessions.put(session.clientId(), session));
        SessionRecord publisher = sessions.get(PUBLISHER);
        Set<Integer> identifiers = publisher == null ? Set.of() : new TreeSet<>(publisher.inboundPacketIds());
        Set<Integer> messages =
                store.page(SUBSCRIBER, 0, 100_000, Integer.MAX_VALUE).toCompletableFuture().join().stream()
                        .map(message -> (int) message.position())
                        .collect(Collectors.toCollection(TreeSet::new));
        close(store);
        assertEquals(identifiers, messages, "a packet identifier and its message are one");
        int last = messages.size();
        assertTrue(messages.isEmpty() || messages.contains(1) && messages.contains(last), "a hole in " + messages);
        assertTrue(last >= acknowledged, acknowledged + " was acknowledged, the last is " + last);
        return last;
    }

    private int killAfter(Path folder, int first, int acknowledgements) throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        getClass().getName(),
                        folder.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = victim.inputReader(StandardCharsets.US_ASCII)) {
            int last = 0;
            String line;
            for (int i = 0; i < acknowledgements && (line = said.readLine()) != null; i++) {
                last = Integer.parseInt(line);
            }
            victim.toHandle().destroyForcibly(); // leaves its output to be read
            while ((line = said.readLine()) != null) { // what it still got out is a promise too
                last = Integer.parseInt(line);
            }
            assertTrue(last > 0, "it said nothing");
            return last;
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }
}
