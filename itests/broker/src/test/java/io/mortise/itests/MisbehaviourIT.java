// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Clients that break the protocol are told so in its words and cut off; nobody else notices. Bytes on a socket. */
public class MisbehaviourIT {
    /** CONNECT, MQTT 5.0, Clean Start, no keep-alive, client identifier "m". */
    private static final String CONNECT_5 = "10 0e  0004 4d515454 05 02 0000 00  0001 6d";

    /** CONNECT, MQTT 3.1.1, Clean Session, no keep-alive, client identifier "m". */
    private static final String CONNECT_3_1_1 = "10 0d  0004 4d515454 04 02 0000  0001 6d";

    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        broker = new RunningBroker("--set", "io.mortise.listener.tcp~default:maximum.packet.size=2048");
    }

    @AfterClass
    public static void stop() throws Exception {
        broker.close();
    }

    @Test
    public void shouldEndAConnectionAtASecondConnect() throws Exception {
        cutOff(CONNECT_5, CONNECT_5, 0x82);
        cutOff(CONNECT_3_1_1, CONNECT_3_1_1, -1);
    }

    @Test
    public void shouldEndAConnectionThatDoesNotBeginWithConnect() throws Exception {
        cutOff("", "c0 00", -1); // PINGREQ
        cutOff("", "30 04  0001 61  62", -1); // PUBLISH
    }

    @Test
    public void shouldEndAConnectionAtAPacketOverTheLimit() throws Exception {
        cutOff(CONNECT_5, "30 ff 7f", 0x95); // PUBLISH with a remaining length of 16,383
        cutOff(CONNECT_3_1_1, "30 ff 7f", -1);
    }

    @Test
    public void shouldEndAConnectionAtAMalformedPacket() throws Exception {
        cutOff(CONNECT_5, "36 03  0001 61", 0x81); // PUBLISH with QoS 3
        cutOff(CONNECT_5, "80 07  0001 00 0001 61 00", 0x81); // SUBSCRIBE without its reserved bit
        cutOff(CONNECT_5, "30 ff ff ff ff 7f", 0x81); // a remaining length of five bytes
        cutOff(CONNECT_5, "30 05  0002 c080 00", 0x81); // PUBLISH with an overlong U+0000 in its topic
        cutOff(CONNECT_3_1_1, "36 03  0001 61", -1);
    }

    @Test
    public void shouldRefuseAVersionThatItDoesNotSpeak() throws Exception {
        try (Conversation others = new Conversation(broker.port(), 1);
                Socket socket = connect()) {
            socket.getOutputStream().write(bytes("10 0d  0004 4d515454 07 02 0000  0001 6d"));
            assertArrayEquals(bytes("20 02 00 01"), rest(socket)); // 3.1.1's "unacceptable protocol version"
            others.say(5);
            others.hearEverything();
            others.isUnbroken();
        }
    }

    /** Sends {@code first}, which is answered with CONNACK, then {@code bad}; expects DISCONNECT with this reason code, or none. */
    private static void cutOff(String first, String bad, int reasonCode) throws Exception {
        try (Conversation others = new Conversation(broker.port(), 1);
                Socket socket = connect()) {
            if (!first.isEmpty()) {
                socket.getOutputStream().write(bytes(first));
                packet(socket);
            }
            socket.getOutputStream().write(bytes(bad));
            byte[] rest = rest(socket);
            byte[] said = reasonCode < 0 ? rest : Arrays.copyOf(rest, 3);
            if (reasonCode >= 0) {
                said[1] = 0; // its length: the reason string is free
            }
            assertArrayEquals(
                    HexFormat.of().formatHex(rest),
                    reasonCode < 0 ? new byte[0] : new byte[] {(byte) 0xE0, 0, (byte) reasonCode},
                    said);
            others.say(5);
            others.hearEverything();
            others.isUnbroken();
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Reads a packet that is shorter than 128 bytes. */
    private static byte[] packet(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readByte();
        byte[] rest = new byte[in.readByte()];
        in.readFully(rest);
        return rest;
    }

    /** Everything until the broker closes. */
    private static byte[] rest(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(all);
        return all.toByteArray();
    }

    private static byte[] bytes(String labelled) {
        return HexFormat.of().parseHex(labelled.replace(" ", ""));
    }
}
