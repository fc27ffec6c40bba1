// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

/**
 * What goes over the connections of one event loop, counted by that loop alone: plain additions.
 *
 * <p>Any thread reads, and may see a number that is a moment old.
 */
final class LoopTraffic {
    /** A power of two. */
    private static final int TIMED_ONE_OF = 64;

    private long bytesReceived;
    private long bytesSent;
    private long packetsReceived;
    private long packetsSent;
    private long codecNanos;
    private long codecFaults;
    private long brokerNanos;
    private long brokerFaults;
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

    /** Whether what is done with the next packet that comes in is timed. */
    boolean isReceivingTimed() {
        return (packetsReceived & TIMED_ONE_OF - 1) == 0;
    }

    /** Whether what is done with the next packet that goes out is timed. */
    boolean isSendingTimed() {
        return (packetsSent & TIMED_ONE_OF - 1) == 0;
    }

    /** The codec took so long for a packet that was timed. */
    void codecTook(long nanos) {
        codecNanos += nanos * TIMED_ONE_OF;
    }

    void codecFailed() {
        codecFaults++;
    }

    /** The broker took so long for a packet that was timed. */
    void brokerTook(long nanos) {
        brokerNanos += nanos * TIMED_ONE_OF;
    }

    void brokerFailed() {
        brokerFaults++;
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

    long codecNanos() {
        return codecNanos;
    }

    long codecFaults() {
        return codecFaults;
    }

    long brokerNanos() {
        return brokerNanos;
    }

    long brokerFaults() {
        return brokerFaults;
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
