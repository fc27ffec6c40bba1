// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Many clients that want to connect in a short time, each with a password, and leave as soon as they know whether they may.
 *
 * <p>Used only on the thread that runs it, which is the loop's.
 */
final class Storm {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final InetSocketAddress broker;
    private final byte[] username;
    private final byte[] password;
    private final Map<String, Integer> answers = new TreeMap<>();
    private int answered;

    private Storm(InetSocketAddress broker, String username, String password) {
        this.broker = broker;
        this.username = new PacketBuilder().putString(username).body();
        this.password = new PacketBuilder().putString(password).body();
    }

    /**
     * Runs it, and answers what came of it in words.
     *
     * @param within in which time all of them come, evenly
     */
    static String run(InetSocketAddress broker, int connections, Duration within, String username, String password)
            throws IOException {
        return new Storm(broker, username, password).run(connections, within.toNanos());
    }

    private String run(int connections, long withinNanos) throws IOException {
        try (Loop loop = new Loop(0)) {
            long begin = System.nanoTime();
            int begun = 0;
            while (answered < connections && System.nanoTime() - begin < withinNanos + PATIENCE_NANOS) {
                long due = Math.min(
                        connections, 1 + (long) ((double) (System.nanoTime() - begin) / withinNanos * connections));
                while (begun < due) {
                    loop.connect(null, broker, new Visitor("storm-" + begun++));
                }
                loop.round(1);
            }
            if (answered < connections) {
                answers.put("no answer", connections - answered);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            StringBuilder text = new StringBuilder(connections + " in " + Math.round(seconds * 10) / 10.0 + " s");
            answers.forEach((answer, count) ->
                    text.append(", ").append(answer).append(": ").append(count));
            return text.toString();
        }
    }

    private void answered(String answer) {
        answers.merge(answer, 1, Integer::sum);
        answered++;
    }

    private final class Visitor implements Peer {
        private final String clientId;
        private @Nullable Connection connection;
        private boolean told;

        Visitor(String clientId) {
            this.clientId = clientId;
        }

        @Override
        public void connected(Connection to) throws IOException {
            connection = to;
            to.send(Wire.connect(clientId, username, password));
        }

        @Override
        public void packet(byte[] bytes, int start, int body, int end) {
            int returnCode = bytes[body + 1];
            tell(returnCode == 0 ? "accepted" : "return code " + returnCode);
        }

        @Override
        public void drained() {
            if (told && connection != null) {
                connection.close();
            }
        }

        @Override
        public void lost(IOException reason) {
            tell("lost");
        }

        private void tell(String answer) {
            if (!told) {
                told = true;
                answered(answer);
            }
        }
    }
}
