// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Writes all that a pair of stores has as {@link Lines}, and reads it into a pair that has nothing of it, or keeps what it has.
 * Used by one thread.
 *
 * <p>It knows the stores by their API alone, so they can be anybody's.
 */
final class Transfer {

    /** After so many lines: progress is told, and what was read is made safe. */
    private static final int STEP = 10_000;

    private static final int PAGE_MESSAGES = 1_000;
    private static final int PAGE_BYTES = 4 * 1024 * 1024;

    private final SessionStore sessions;
    private final RetainedStore retained;
    private final Consumer<String> progress;
    private long lines;
    private long sessionCount;
    private long messageCount;
    private long retainedCount;
    private final Set<String> clientsHere = new HashSet<>();
    private final Set<Topic> topicsHere = new HashSet<>();
    private final Set<String> clientsPassedOver = new LinkedHashSet<>();
    private long topicsPassedOver;
    private boolean onlyChecking;

    Transfer(SessionStore sessions, RetainedStore retained, Consumer<String> progress) {
        this.sessions = sessions;
        this.retained = retained;
        this.progress = progress;
    }

    /** What was transferred, in words. */
    String summary() {
        String all = sessionCount + " sessions, " + messageCount + " messages that wait for them, " + retainedCount
                + " retained messages";
        return clientsPassedOver.isEmpty() && topicsPassedOver == 0
                ? all
                : all + "; of these, " + clientsPassedOver.size() + " sessions and " + topicsPassedOver
                        + " retained messages were here already and stay as they were";
    }

    /**
     * Reads through an export and changes nothing.
     *
     * @throws IllegalArgumentException if it is none, or not a whole one; says in which line
     */
    void check(BufferedReader in) throws IOException {
        onlyChecking = true;
        try {
            importFrom(in);
        } finally {
            onlyChecking = false;
            lines = 0;
            sessionCount = 0;
            messageCount = 0;
            retainedCount = 0;
        }
    }

    /** From now on an import passes over these clients, and over the topics in which something is retained. */
    void keepWhatIsHere(Set<String> clients) {
        clientsHere.addAll(clients);
        retained.forEach(message -> topicsHere.add(message.topic()));
    }

    void exportTo(java.io.Writer out) throws IOException {
        write(out, Lines.header());
        List<SessionRecord> heads = new ArrayList<>();
        sessions.forEach(heads::add);
        for (SessionRecord session : heads) {
            export(session, out);
        }
        try {
            retained.forEach(message -> {
                retainedCount++;
                writeUnchecked(out, Lines.retained(message));
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        write(out, Lines.end(sessionCount, messageCount, retainedCount));
    }

    private void export(SessionRecord session, java.io.Writer out) throws IOException {
        String clientId = session.clientId();
        sessionCount++;
        write(out, Lines.session(clientId, session.state()));
        for (var subscription : session.subscriptions()) {
            write(out, Lines.subscription(clientId, subscription));
        }
        for (Integer packetId : session.inboundPacketIds()) {
            write(out, Lines.inbound(clientId, packetId));
        }
        export(clientId, session.outbound(), out);
        long next = session.backlog().firstPosition();
        while (session.backlog().messages() > 0 && next <= session.backlog().lastPosition()) {
            List<OutboundMessage> page = sessions.page(clientId, next, PAGE_MESSAGES, PAGE_BYTES)
                    .toCompletableFuture()
                    .join();
            if (page.isEmpty()) {
                return; // what was there was sent, or dropped, meanwhile
            }
            export(clientId, page, out);
            next = page.get(page.size() - 1).position() + 1;
        }
    }

    private void export(String clientId, List<OutboundMessage> messages, java.io.Writer out) throws IOException {
        for (OutboundMessage message : messages) {
            messageCount++;
            write(out, Lines.outbound(clientId, message));
        }
    }

    private void write(java.io.Writer out, JsonLine line) throws IOException {
        out.write(line.toString());
        out.write('\n');
        if (++lines % STEP == 0) {
            progress.accept(lines + " lines");
        }
    }

    private void writeUnchecked(java.io.Writer out, JsonLine line) {
        try {
            write(out, line);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Reads an export.
     *
     * @throws IllegalArgumentException if it is none, or not a whole one; says in which line. What was read so far is there
     */
    void importFrom(BufferedReader in) throws IOException {
        boolean complete = false;
        String text;
        while ((text = in.readLine()) != null) {
            lines++;
            try {
                if (complete) {
                    throw new IllegalArgumentException("a line behind the end");
                }
                complete = take(JsonLine.parse(text));
            } catch (IllegalArgumentException | ProtocolViolation | ArithmeticException | ClassCastException wrong) {
                throw new IllegalArgumentException("line " + lines + ": " + wrong.getMessage(), wrong);
            }
            if (lines % STEP == 0) {
                makeSafe();
                progress.accept(lines + " lines");
            }
        }
        makeSafe();
        if (!complete) {
            throw new IllegalArgumentException(
                    "line " + (lines + 1) + ": the end is missing: it is not a whole export");
        }
    }

    /** Takes one line; {@code true} if it is the last. */
    private boolean take(JsonLine line) {
        String type = line.text("type");
        if (type.equals("export") != (lines == 1)) {
            throw new IllegalArgumentException("expected {\"type\":\"export\",…} in the first line and nowhere else");
        }
        switch (type) {
            case "export" -> {
                if (line.number("version") > Lines.VERSION) {
                    throw new IllegalArgumentException("an export of version " + line.number("version")
                            + ", which is later than " + Lines.VERSION + ": take a later Mortise");
                }
            }
            case "session" -> {
                sessionCount++;
                if (clientsHere.contains(line.text("client"))) {
                    clientsPassedOver.add(line.text("client"));
                }
                put(new SessionRecord(line.text("client"), Lines.state(line), List.of(), List.of(), Set.of()));
            }
            case "subscription" -> {
                Subscription subscription = Lines.subscription(line);
                tell(line, client -> sessions.subscribed(client, subscription));
            }
            case "inbound" -> {
                int packetId = (int) line.number("packetId");
                tell(line, client -> sessions.inbound(client, packetId));
            }
            case "outbound" -> {
                messageCount++;
                OutboundMessage message = Lines.outbound(line);
                tell(line, client -> sessions.queued(client, message));
            }
            case "retained" -> {
                retainedCount++;
                retain(Lines.message(line));
            }
            case "end" -> {
                if (line.number("sessions") != sessionCount
                        || line.number("messages") != messageCount
                        || line.number("retained") != retainedCount) {
                    throw new IllegalArgumentException("expected " + line + ", got " + summary());
                }
                return true;
            }
            default -> throw new IllegalArgumentException("a line of type " + type + ", which is not known");
        }
        return false;
    }

    private void put(SessionRecord session) {
        if (!onlyChecking && !clientsHere.contains(session.clientId())) {
            sessions.put(session);
        }
    }

    private void tell(JsonLine line, Consumer<String> fact) {
        String client = line.text("client");
        if (!onlyChecking && !clientsHere.contains(client)) {
            fact.accept(client);
        }
    }

    private void retain(Message message) {
        if (topicsHere.contains(message.topic())) {
            topicsPassedOver++;
        } else if (!onlyChecking) {
            retained.put(message);
        }
    }

    private void makeSafe() throws IOException {
        try {
            sessions.barrier().toCompletableFuture().join();
            retained.barrier().toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw new IOException(failure.getCause());
        }
    }
}
