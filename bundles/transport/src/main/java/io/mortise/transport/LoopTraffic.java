// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

/**
 * What goes over the connections of one event loop, counted by that loop alone: plain additions.
 *
 * <p>Any thread reads, and may see a number that is a moment old.
 */
final class LoopTraffic {
    private long bytesReceived;
    private long bytesSent;
    private long packetsReceived;
    private long packetsSent;
    private long connectionsTurnedAway;
    private long connectionsStarved;
    private volatile long bytesHeld;

    void received(int bytes) {
        bytesReceived += bytes;
    }

    void sent(int bytes) {
        bytesSent += bytes;
    }

    void packetReceived() {
        packetsReceived++;
    }

    void packetSent() {
        packetsSent++;
    }

    void turnedAway() {
        connectionsTurnedAway++;
    }

    void starved() {
        connectionsStarved++;
    }

    /** Measured; this also shows what was counted to other threads. */
    void held(long bytes) {
        bytesHeld = bytes;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    long bytesSent() {
        return bytesSent;
    }

    long packetsReceived() {
        return packetsReceived;
    }

    long packetsSent() {
        return packetsSent;
    }

    long connectionsTurnedAway() {
        return connectionsTurnedAway;
    }

    long connectionsStarved() {
        return connectionsStarved;
    }

    long bytesHeld() {
        return bytesHeld;
    }
}
