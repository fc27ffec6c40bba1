// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.ByteClient.bytes;
import static io.mortise.itests.ByteClient.packet;
import static io.mortise.itests.ByteClient.subscribe;
import static io.mortise.itests.ByteClient.twoBytes;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.TreeSet;
import org.junit.Test;

/**
 * What waits for a member of a shared subscription is in the store alone, and the process is killed: when the session ends,
 * another member gets all of it (MQTT 5.0, 4.8.2).
 */
public class SharedBacklogIT {
    private static final int MESSAGES = 300;
    private static final String SHARED = "$share/group/shared/#";

    private RunningBroker broker;

    @Test
    public void shouldPassOnWhatOnlyTheStoreHasBehindACrash() throws Exception {
        broker = new RunningBroker();
        try {
            away();
            publish(0, MESSAGES);
            broker.command().kill();
            broker.command().exits();
            broker = new RunningBroker(broker.data());
            try (ByteClient other = ByteClient.connected(broker.port(), 5, "other")) {
                other.say(subscribe(5, 1, SHARED, 1));
                assertEquals((byte) 0x90, other.hear()[0]);
                ByteClient.connected(broker.port(), 5, "away").close(); // with a clean start

                TreeSet<Integer> heard = new TreeSet<>();
                for (int i = 0; i < MESSAGES; i++) {
                    heard.add(number(other));
                }
                assertEquals(MESSAGES, heard.size());
                publish(MESSAGES, 1); // behind all that could come twice
                assertEquals(MESSAGES, number(other));
            }
        } finally {
            broker.close();
        }
    }

    /** A member whose session outlives its connection. */
    private void away() throws Exception {
        try (ByteClient away = new ByteClient(broker.port())) {
            away.say(packet(0x10, "MQTT", 5, 2, twoBytes(0), bytes(5, 0x11, 0, 0, 1, 0), "away"));
            assertEquals((byte) 0x20, away.hear()[0]);
            away.say(subscribe(5, 1, SHARED, 1));
            assertEquals((byte) 0x90, away.hear()[0]);
            away.say(packet(0xE0));
            away.lastWords();
        }
    }

    /** Messages with these numbers, each acknowledged before the next. */
    private void publish(int from, int count) throws Exception {
        try (ByteClient publisher = ByteClient.connected(broker.port(), 5, "publisher")) {
            for (int i = from; i < from + count; i++) {
                publisher.say(ByteClient.publish(5, "shared/" + i, 1, 1 + i, new byte[1]));
                assertEquals((byte) 0x40, publisher.hear()[0]);
            }
        }
    }

    /** That of the topic of the next message, which is acknowledged. */
    private static int number(ByteClient member) throws Exception {
        byte[] message = member.hear(3);
        int topicLength = message[2] << 8 | message[3];
        String topic = new String(message, 4, topicLength);
        member.say(packet(0x40, Arrays.copyOfRange(message, 4 + topicLength, 6 + topicLength)));
        return Integer.parseInt(topic.substring("shared/".length()));
    }
}
