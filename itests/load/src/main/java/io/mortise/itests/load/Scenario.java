// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.time.Duration;

/**
 * What one run does.
 *
 * @param clients how many there are on the side (or sides) that has many
 * @param cleanSessions whether sessions end with their connections
 * @param window how many messages a publisher may be ahead of its slowest subscriber
 * @param inflight how many QoS 1 or 2 handshakes a publisher may have open
 * @param rate messages published a second by all publishers together; 0 is as many as the windows allow
 * @param count the measured phase ends with this many delivered messages, or with its time; 0 is no bound
 * @param coalesce how long the load program sleeps after a round that brought little, so that it does not wake for every message
 */
record Scenario(
        Shape shape,
        int qos,
        int clients,
        int payloadLength,
        boolean cleanSessions,
        int window,
        int inflight,
        long rate,
        long count,
        Duration warmUp,
        Duration measured,
        Duration coalesce) {

    Scenario {
        require(qos >= 0 && qos <= 2, "QoS 0, 1 or 2", qos);
        require(clients > 0, "at least one client", clients);
        require(window > 0, "a window of at least 1", window);
        require(inflight > 0 && inflight < 65_536, "an inflight window of 1 to 65535", inflight);
        require(
                payloadLength >= Payload.HEADER_LENGTH && payloadLength <= 16 << 20,
                "24 bytes to 16 MiB",
                payloadLength);
    }

    int publishers() {
        return shape.publishers(clients);
    }

    int subscribers() {
        return shape.subscribers(clients);
    }

    String label() {
        return shape.label() + " QoS " + qos;
    }

    private static void require(boolean holds, String expected, int came) {
        if (!holds) {
            throw new IllegalArgumentException(expected + " expected, not " + came);
        }
    }
}
