// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.load.Connection;
import io.mortise.itests.load.Loop;
import io.mortise.itests.load.PacketBuilder;
import io.mortise.itests.load.Peer;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Many clients that are connected, each with subscriptions, every other with a session that stays; they say nothing. That the
 * broker ends one's connection is a finding.
 *
 * <p>All connections belong to one thread, from the constructor to {@link #close}.
 */
final class Multitude implements AutoCloseable {
    private static final int OPENING_AT_ONCE = 200;
    private static final int PATIENCE_SECONDS = 120;
    private static final int LONGEST_PACKET = 4096;

    private final int clients;
    private final int subscriptions;
    private final InetSocketAddress broker;
    private final Findings findings;
    private final Thread thread = new Thread(this::run, "multitude");
    private int opened; // used by the thread
    private volatile int ready;
    private volatile boolean enough;

    /** Lets them in; returns when all have subscribed. */
    Multitude(int port, int clients, int subscriptions, Findings findings) {
        this.clients = clients;
        this.subscriptions = subscriptions;
        this.broker = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.findings = findings;
        thread.setDaemon(true);
        thread.start();
        Awaitility.await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> ready == clients);
        findings.areNone();
    }

    /** How many have subscribed. */
    int size() {
        return ready;
    }

    private void run() {
        try (Loop loop = new Loop(LONGEST_PACKET)) {
            while (!enough) {
                while (opened < clients && opened - ready < OPENING_AT_ONCE) {
                    loop.connect(null, broker, new Silent(opened++));
                }
                loop.round(20);
            }
        } catch (IOException | RuntimeException failure) {
            findings.add("the multitude is gone: " + failure);
        }
    }

    /** One of them. */
    private final class Silent implements Peer {
        private final int number;
        private Connection connection;

        Silent(int number) {
            this.number = number;
        }

        @Override
        public void connected(Connection made) throws IOException {
            connection = made;
            connection.send(Packets.connect(Packets.V3, "silent-" + number, number % 2 == 0, 0));
        }

        @Override
        public void packet(byte[] bytes, int start, int body, int end) throws IOException {
            int type = bytes[start] >> 4 & 0x0F;
            if (type == Wire.CONNACK && bytes[body + 1] == 0) {
                PacketBuilder subscribe = new PacketBuilder().putShort(1);
                for (int i = 0; i < subscriptions; i++) {
                    subscribe.putString("multitude/" + number + "/" + i).putByte(1);
                }
                connection.send(subscribe.packet(Wire.SUBSCRIBE << 4 | 0x02));
            } else if (type == Wire.SUBACK) {
                ready++;
            } else {
                throw new IOException("a packet of type " + type + " was not to come");
            }
        }

        @Override
        public void lost(IOException reason) {
            findings.add("silent-" + number + ": " + reason);
        }
    }

    @Override
    public void close() {
        enough = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
