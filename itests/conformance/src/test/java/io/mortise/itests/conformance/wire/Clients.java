// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance.wire;

import io.mortise.itests.Door;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The clients of one test: they come in by one {@link Door}, share a name for topics and identifiers, and end with the test. */
public final class Clients implements AutoCloseable {
    private final Door door;
    private final String name;
    private final List<Wire> wires = new ArrayList<>();

    public Clients(Door door, String name) {
        this.door = door;
        this.name = name;
    }

    /** A connection on which nothing was said yet. */
    public Wire open() {
        Wire wire = new Wire(door, name);
        wires.add(wire);
        return wire;
    }

    /** A client that has sent this CONNECT and was accepted. */
    public Wire connect(String connect) {
        Wire wire = open();
        wire.connect(connect);
        return wire;
    }

    /** An MQTT 3.1.1 client with a clean session. */
    public Wire mqtt311(String identifier) {
        return connect("10 [ <MQTT> 04 02 (clean session) 0000 <@" + identifier + "> ]");
    }

    /** An MQTT 3.1.1 client whose session stays when it goes. */
    public Wire lasting311(String identifier) {
        return connect("10 [ <MQTT> 04 00 0000 <@" + identifier + "> ]");
    }

    /** An MQTT 5.0 client with a clean start and no properties: its session ends with the connection. */
    public Wire mqtt5(String identifier) {
        return mqtt5(identifier, "");
    }

    /** An MQTT 5.0 client with a clean start and these properties. */
    public Wire mqtt5(String identifier, String properties) {
        return connect("10 [ <MQTT> 05 02 (clean start) 0000 [ " + properties + " ] <@" + identifier + "> ]");
    }

    /** An MQTT 5.0 client whose session stays for an hour when it goes, and is taken up if there is one. */
    public Wire lasting5(String identifier) {
        return connect("10 [ <MQTT> 05 00 0000 [ 11 00000e10 (session expiry) ] <@" + identifier + "> ]");
    }

    /** The way by which these clients come in. */
    public Door door() {
        return door;
    }

    /** What this text stands for. */
    public byte[] bytes(String text) {
        return Notation.bytes(text, name);
    }

    /** What these texts stand for, in hexadecimal: to compare with {@link Packet#properties()}. */
    public List<String> hex(String... texts) {
        return Arrays.stream(texts)
                .map(text -> HexFormat.of().formatHex(Notation.bytes(text, name)))
                .toList();
    }

    @Override
    public void close() {
        wires.forEach(Wire::close);
    }
}
