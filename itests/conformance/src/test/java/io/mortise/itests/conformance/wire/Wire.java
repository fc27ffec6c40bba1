// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance.wire;

import io.mortise.itests.Door;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A client that is nothing but a connection: it writes what it is told and reads packet by packet what comes. Texts are in
 * {@link Notation}.
 */
public final class Wire implements AutoCloseable {
    private final Door.Stream stream;
    private final String name;
    private final InputStream in;
    private boolean version5;
    private int fences;

    public Wire(Door door, String name) {
        this.name = name;
        try {
            this.stream = door.open();
            this.in = new BufferedInputStream(stream.in());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Sends a CONNECT and expects that it is accepted; answers the CONNACK. */
    public Packet connect(String connect) {
        send(connect);
        Packet connAck = packet();
        assertMatches(version5 ? "20 [ .. 00 [ ... ] ]" : "20 [ .. 00 ]", connAck);
        return connAck;
    }

    /** Writes these bytes; they may be a part of a packet or more than one. */
    public Wire send(String... texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            bytes.writeBytes(Notation.bytes(text, name));
        }
        try {
            stream.out().write(bytes.toByteArray());
            stream.out().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** The next packets are these. */
    public Wire expect(String... texts) {
        for (String text : texts) {
            assertMatches(text, packet(text));
        }
        return this;
    }

    /** The next packet begins like this and has no properties: their length is zero, or left out. */
    public Wire expectWithoutProperties(String text) {
        Packet packet = packet(text);
        if (!Notation.matches(text + " ]", name, packet.bytes())) {
            assertMatches(text + " [ ] ]", packet);
        }
        return this;
    }

    /** A packet that came is this one. */
    public void assertMatches(String text, Packet packet) {
        if (!Notation.matches(text, name, packet.bytes())) {
            throw new AssertionError("expected  " + text + "\n  got      " + packet);
        }
    }

    /** The next packet is this one, perhaps after some of the other kind. */
    public Wire expectAfter(String skipped, String text) {
        Packet packet = packet(text);
        while (Notation.matches(skipped, name, packet.bytes())) {
            packet = packet(text);
        }
        assertMatches(text, packet);
        return this;
    }

    /** The next packets are these, in any order. */
    public Wire expectInAnyOrder(String... texts) {
        List<String> missing = new ArrayList<>(List.of(texts));
        while (!missing.isEmpty()) {
            Packet packet = packet(String.join(" or ", missing));
            String found = missing.stream()
                    .filter(text -> Notation.matches(text, name, packet.bytes()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("expected  " + missing + "\n  got      " + packet));
            missing.remove(found);
        }
        return this;
    }

    /** The next packet. */
    public Packet packet() {
        return packet("a packet");
    }

    private Packet packet(String expected) {
        int first = read();
        if (first < 0) {
            throw new AssertionError("expected  " + expected + "\n  got      the end of the connection");
        }
        return packet(first);
    }

    private Packet packet(int first) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = read();
            bytes.write(digit);
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while (digit >= 0x80);
        while (digit >= 0 && length-- > 0) {
            digit = read();
            bytes.write(digit);
        }
        if (digit < 0) {
            throw new AssertionError("half a packet: " + new Packet(bytes.toByteArray()));
        }
        Packet packet = new Packet(bytes.toByteArray());
        version5 |= packet.type() == 2 && packet.bytes().length > 4; // a CONNACK with properties
        return packet;
    }

    /** The next byte; -1 if the broker has closed. */
    private int read() {
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1; // it closed while something that it did not want to read was on its way
        } catch (IOException failure) {
            throw new AssertionError("nothing came: " + failure, failure);
        }
    }

    /** The broker has closed the connection, and nothing came before. */
    public void expectClosed() {
        int next = read();
        if (next >= 0) {
            throw new AssertionError("expected  the end of the connection\n  got      " + packet(next));
        }
    }

    /** The broker has closed the connection; before that it may have sent one of these packets, but nothing else. */
    public void expectRefusal(String... texts) {
        int next = read();
        if (next >= 0) {
            Packet packet = packet(next);
            if (Arrays.stream(texts).noneMatch(text -> Notation.matches(text, name, packet.bytes()))) {
                throw new AssertionError("expected  " + String.join(" or ", texts) + "\n  got      " + packet);
            }
            expectClosed();
        }
    }

    /**
     * Nothing has been sent to it: an answer to a question that is asked now comes first. A message that is still on its way
     * may come behind that; {@link #expectNoMessage()} waits for it.
     */
    public Wire expectNothing() {
        return send("c0 00").expect("d0 00");
    }

    /**
     * No message is on its way to it: one that it sends to itself now is the first that it gets. Messages of whoever was
     * acknowledged before this call come first.
     */
    public Wire expectNoMessage() {
        int messages = countMessages();
        if (messages > 0) {
            throw new AssertionError("no message expected, got " + messages);
        }
        return this;
    }

    /** How many messages have come to it that were acknowledged to their publishers before this call. */
    public int countMessages() {
        // one topic for all: a client that asks again and again has no more subscriptions than it may
        String topic = "<fence/@/" + System.identityHashCode(this) + ">";
        String last = "'" + fences++ + "'";
        send("82 [ fffe " + (version5 ? "[ ] " : "") + topic + " 00 ]");
        send("30 [ " + topic + (version5 ? " [ ] " : " ") + last + " ]");
        int messages = 0;
        boolean subscribed = false;
        boolean heard = false;
        while (!subscribed || !heard) { // a SUBACK may wait for the store, and come behind the message
            Packet next = packet("the last message");
            if (Notation.matches("30 [ " + topic + (version5 ? " [ ... ] " : " ") + last + " ]", name, next.bytes())) {
                heard = true;
            } else if (next.type() == 9) {
                subscribed = true;
            } else {
                messages += next.type() == 3 ? 1 : 0;
            }
        }
        return messages;
    }

    /** Whether a new subscription of an MQTT 5.0 client gets a retained message of this topic. */
    public boolean isSentRetained(String topic) {
        send("82 [ fffd [ ] <" + topic + "> 00 ]").expect("90 [ fffd [ ] 00 ]");
        return countMessages() > 0;
    }

    /** Says DISCONNECT and waits until the broker has closed: nothing of this connection is left there. */
    public void disconnect() {
        send("e0 00").expectClosed();
    }

    /** Ends the connection without a word. */
    public void drop() {
        close();
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
