// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.load.Payload;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Hears numbers, checks every byte, acknowledges, and finds fault with what comes twice or behind what was said later.
 *
 * <p>Used by the thread of its client; when that leaves and comes back, by the thread of the next.
 */
final class Subscriber implements Client.Ear {
    private static final int DUP = 0x08;

    private final Account account;
    private final Payload payload;
    private final Delays delays;
    private final Findings findings;
    private final Map<Integer, Long> latest = new HashMap<>();
    private final Map<Integer, String> aliases = new HashMap<>();
    private final Set<Integer> unreleased = new HashSet<>();
    private boolean back;

    Subscriber(Account account, Payload payload, Delays delays, Findings findings) {
        this.account = account;
        this.payload = payload;
        this.delays = delays;
        this.findings = findings;
    }

    @Override
    public void hear(Client client, byte[] bytes, int start, int body, int end) throws IOException {
        int type = bytes[start] >> 4 & 0x0F;
        switch (type) {
            case Wire.PUBLISH -> publish(client, bytes, start, body, end);
            case Wire.PUBREL -> {
                unreleased.remove(Wire.getShort(bytes, body));
                client.say(Wire.PUBCOMP, Wire.getShort(bytes, body));
            }
            default -> throw new IOException("a packet of type " + type + " for a subscriber");
        }
    }

    private void publish(Client client, byte[] bytes, int start, int body, int end) throws IOException {
        long now = System.nanoTime();
        int qos = bytes[start] >> 1 & 3;
        int at = body + 2 + Wire.getShort(bytes, body);
        String topic = new String(bytes, body + 2, at - body - 2, StandardCharsets.UTF_8);
        int packetId = 0;
        if (qos > 0) {
            packetId = Wire.getShort(bytes, at);
            at += 2;
        }
        if (client.level() == Packets.V5) {
            topic = resolve(topic, Packets.property(bytes, at, Packets.TOPIC_ALIAS));
            at += 1 + bytes[at];
        }
        if (!payload.isIntact(bytes, at, end) || !topic.equals(Publisher.topic(Payload.publisher(bytes, at)))) {
            findings.add(client.id() + ": a damaged message on " + topic);
        } else {
            boolean again = (bytes[start] & DUP) != 0 && back;
            if (qos != 2 || unreleased.add(packetId) || !again) {
                take(client, Payload.publisher(bytes, at), Payload.sequence(bytes, at), again && qos == 1);
            }
            delays.record(now - Payload.sentAt(bytes, at));
        }
        if (qos > 0) {
            client.say(qos == 1 ? Wire.PUBACK : Wire.PUBREC, packetId);
        }
    }

    /**
     * Takes a message into account.
     *
     * @param again 4.4: who comes back is sent again what it did not acknowledge, and at QoS 1 cannot tell whether it had heard it
     */
    private void take(Client client, int publisher, long sequence, boolean again) {
        boolean isNew = account.accept(publisher, sequence);
        if (!isNew && again) {
            return;
        }
        if (!isNew) {
            findings.add(client.id() + ": " + publisher + "'s " + sequence + " comes again, or was not meant for it");
        }
        Long before = latest.put(publisher, sequence);
        if (before != null && before > sequence) {
            findings.add(client.id() + ": " + publisher + "'s " + sequence + " comes behind " + before);
        }
    }

    /** 3.3.2.3.4: an alias is given with its topic once, and stands for it then. */
    private String resolve(String topic, int alias) throws IOException {
        if (alias == 0) {
            return topic;
        }
        if (!topic.isEmpty()) {
            aliases.put(alias, topic);
            return topic;
        }
        String known = aliases.get(alias);
        if (known == null) {
            throw new IOException("topic alias " + alias + " stands for nothing");
        }
        return known;
    }

    /** Its client has left, and what it hears now is heard by another connection, which has aliases of its own. */
    void comesBack() {
        aliases.clear();
        back = true;
    }
}
