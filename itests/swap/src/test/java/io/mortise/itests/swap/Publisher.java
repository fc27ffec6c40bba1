// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Door;
import io.mortise.itests.load.Payload;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Says a number more each time, and expects an acknowledgement for each, in that order.
 *
 * <p>Its turns are taken by one thread; what it hears is heard by another.
 */
final class Publisher implements Client.Ear {
    private static final int PACKET_IDS = 65_535;
    private static final int ALIAS = 1;
    private static final int MESSAGES_BEFORE_A_PING = 25;

    private final int number;
    private final Habits habits;
    private final Payload payload;
    private final Client client;
    private final boolean aliases;
    // used by the thread of its turns
    private byte @Nullable [] begun;
    // written by that thread
    private volatile long sent;
    // written by the thread that hears
    private volatile long received;
    private volatile long completed;

    /**
     * How it speaks.
     *
     * @param halves whether it says the beginning of a packet in one turn and the rest in the next; not at QoS 2, where it has
     *     to say PUBREL in between
     */
    record Habits(int level, int qos, boolean retain, boolean halves) {}

    Publisher(int number, Habits habits, Payload payload, Door door, Findings findings) throws IOException {
        this.number = number;
        this.habits = habits;
        this.payload = payload;
        String id = "publisher-" + number;
        this.client = Client.connect(door, habits.level, id, Packets.connect(habits.level, id, true), this, findings);
        this.aliases = client.topicAliasMaximum() >= ALIAS;
    }

    Client client() {
        return client;
    }

    Habits habits() {
        return habits;
    }

    int number() {
        return number;
    }

    /** How many messages it has sent. */
    long sent() {
        return sent;
    }

    /** How many of its messages are acknowledged to the end; those at QoS 0 are when they are sent. */
    long acknowledged() {
        return habits.qos == 0 ? sent : completed;
    }

    /** Says the next message, or the next half of one. */
    void takeTurn() throws IOException {
        byte[] head = begun;
        if (head == null) {
            head = head();
            if (habits.halves) {
                client.say(head);
                begun = head;
                return;
            }
        }
        byte[] rest = new byte[payload.length()];
        payload.write(rest, 0, number, sent, System.nanoTime());
        if (begun == null) {
            byte[] whole = new byte[head.length + rest.length];
            System.arraycopy(head, 0, whole, 0, head.length);
            System.arraycopy(rest, 0, whole, head.length, rest.length);
            rest = whole;
        }
        begun = null;
        sent++; // before it is said: its acknowledgement may be quicker than this thread
        client.say(rest);
        if (sent % MESSAGES_BEFORE_A_PING == 0) {
            client.say(Wire.empty(Wire.PINGREQ)); // or one at QoS 0 would hear nothing, and not know that it is heard
        }
    }

    private byte[] head() {
        boolean known = aliases && sent > 0;
        return Packets.publishHead(
                habits.level,
                habits.qos,
                habits.retain,
                known ? "" : topic(number),
                packetId(sent),
                aliases ? ALIAS : 0,
                payload.length());
    }

    /** The topic of the publisher with this number. */
    static String topic(int number) {
        return "crowd/" + number % Crowd.GROUPS + "/" + number;
    }

    private static int packetId(long sequence) {
        return (int) (sequence % PACKET_IDS) + 1;
    }

    @Override
    public void hear(Client from, byte[] bytes, int start, int body, int end) throws IOException {
        int type = bytes[start] >> 4 & 0x0F;
        int id = Wire.getShort(bytes, body);
        if (end - body > 2 && (bytes[body + 2] & 0xFF) >= 0x80) {
            throw new IOException("acknowledged with " + (bytes[body + 2] & 0xFF));
        }
        switch (type) {
            case Wire.PUBACK -> {
                expect(1, id, completed);
                completed++;
            }
            case Wire.PUBREC -> {
                expect(2, id, received);
                received++;
                from.say(Wire.PUBREL, id);
            }
            case Wire.PUBCOMP -> {
                expect(2, id, completed);
                completed++;
            }
            default -> throw new IOException("a packet of type " + type + " for a publisher");
        }
    }

    /** 4.6: acknowledgements come in the order of what they acknowledge. */
    private void expect(int qos, int id, long sequence) throws IOException {
        if (habits.qos != qos || id != packetId(sequence) || sequence >= sent) {
            throw new IOException("an acknowledgement of " + packetId(sequence) + " at QoS " + habits.qos
                    + " expected, got one of " + id + " at QoS " + qos);
        }
    }
}
