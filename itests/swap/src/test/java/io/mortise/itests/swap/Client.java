// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Door;
import io.mortise.itests.load.Frames;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One connection of a client. What it hears is taken by a thread of its own; what it says is written by any thread, a packet,
 * or the part of one that is asked for, at once. That the broker ends it is a finding.
 */
final class Client implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;
    private static final int INPUT = 16 * 1024;
    private static final long STACK = 128 * 1024;

    /** Takes what a client hears, on the thread of the client. */
    interface Ear {
        /** One packet: its first byte is at {@code start}, its variable header at {@code body}. */
        void hear(Client client, byte[] bytes, int start, int body, int end) throws IOException;
    }

    private final String id;
    private final int level;
    private final Door.Stream stream; // writes are guarded by it
    private final Ear ear;
    private final Findings findings;
    private final CompletableFuture<byte[]> connAck = new CompletableFuture<>();
    private final CompletableFuture<byte[]> subAck = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean leaving;

    private Client(String id, int level, Door door, Ear ear, Findings findings) throws IOException {
        this.id = id;
        this.level = level;
        this.stream = door.open();
        this.ear = ear;
        this.findings = findings;
        this.thread = new Thread(null, this::listen, id, STACK, false);
        thread.setDaemon(true);
    }

    /** Connects and waits for the answer. */
    static Client connect(Door door, int level, String id, byte[] connect, Ear ear, Findings findings)
            throws IOException {
        Client client = new Client(id, level, door, ear, findings);
        try {
            client.thread.start();
            client.say(connect);
            byte[] answer = await(client.connAck, "CONNACK");
            if (answer[1] != 0) {
                throw new IOException(id + ": CONNECT is answered with " + (answer[1] & 0xFF));
            }
            return client;
        } catch (IOException failure) {
            client.close();
            throw failure;
        }
    }

    /** Subscribes and waits for the answer. */
    Client subscribe(String filter, int qos) throws IOException {
        say(Packets.subscribe(level, filter, qos));
        byte[] answer = await(subAck, "SUBACK");
        int granted = answer[answer.length - 1];
        if (granted != qos) {
            throw new IOException(id + ": SUBSCRIBE to " + filter + " is answered with " + (granted & 0xFF));
        }
        return this;
    }

    private static byte[] await(CompletableFuture<byte[]> answer, String name) throws IOException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new IOException(name + " did not come", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    String id() {
        return id;
    }

    int level() {
        return level;
    }

    /** How many topic aliases the broker takes; 0 before 5.0. */
    int topicAliasMaximum() throws IOException {
        return level == Packets.V5 ? Packets.property(await(connAck, "CONNACK"), 2, Packets.TOPIC_ALIAS_MAXIMUM) : 0;
    }

    void say(byte[] bytes) throws IOException {
        synchronized (stream) {
            stream.out().write(bytes);
            stream.out().flush();
        }
    }

    /** Acknowledges. */
    void say(int type, int packetId) throws IOException {
        byte[] ack = new byte[Wire.ACK_LENGTH];
        Wire.putAck(ack, 0, type, packetId);
        say(ack);
    }

    private void listen() {
        byte[] input = new byte[INPUT];
        int length = 0;
        try {
            while (true) {
                int count = stream.in().read(input, length, input.length - length);
                if (count < 0) {
                    throw new IOException("the broker has closed the connection");
                }
                int whole = Frames.split(input, 0, length + count, this::hear);
                length += count - whole;
                System.arraycopy(input, whole, input, 0, length);
            }
        } catch (IOException | RuntimeException end) {
            connAck.completeExceptionally(end);
            subAck.completeExceptionally(end);
            if (!leaving) {
                findings.add(id + ": " + end);
            }
        }
    }

    private void hear(byte[] bytes, int start, int body, int end) throws IOException {
        switch (bytes[start] >> 4 & 0x0F) {
            case Wire.CONNACK -> connAck.complete(Arrays.copyOfRange(bytes, body, end));
            case Wire.SUBACK -> subAck.complete(Arrays.copyOfRange(bytes, body, end));
            case Wire.PINGRESP -> {
                // that it comes is all
            }
            case Wire.DISCONNECT -> throw new IOException("DISCONNECT with " + (bytes[body] & 0xFF));
            default -> ear.hear(this, bytes, start, body, end);
        }
    }

    /** Breaks the connection, as a power cut does. */
    void cut() throws IOException {
        leaving = true;
        end();
    }

    /** Says good-bye. */
    @Override
    public void close() throws IOException {
        leaving = true;
        try {
            say(Packets.disconnect());
        } finally {
            end();
        }
    }

    private void end() throws IOException {
        stream.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
