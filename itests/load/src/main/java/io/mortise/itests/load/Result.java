// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

/**
 * What one run of a scenario against one broker showed.
 *
 * <p>{@code delivered}, {@code seconds}, the two CPU figures, the latencies and what was written are of the measured phase; the counts of faults are of
 * the whole run, from the first message of the warm-up until nothing more came.
 *
 * @param round counts from 0 where the scenario runs several times
 * @param brokerCpuSeconds NaN when the broker's process is not known
 */
record Result(
        String broker,
        int round,
        Scenario scenario,
        double seconds,
        long delivered,
        double brokerCpuSeconds,
        double ownCpuSeconds,
        Faults faults,
        Latency latency,
        Latency acknowledgement,
        Written written,
        Memory memory) {

    /**
     * Messages that did not come, came again, came after a later one, or came with a wrong byte.
     *
     * @param settled whether everything came and, at QoS 1 and 2, all handshakes ended
     */
    record Faults(long expected, long lost, long duplicates, long late, long damaged, boolean settled) {}

    record Latency(double p50Millis, double p99Millis) {

        static Latency of(Histogram nanos) {
            return new Latency(nanos.quantile(0.5) / 1e6, nanos.quantile(0.99) / 1e6);
        }
    }

    /**
     * What was published, and what came to the disk of that.
     *
     * @param payloadBytes of all messages that were published
     * @param processBytes what the broker's process caused to be written
     * @param deviceBytes what was written, by anybody, to the device that the broker's data is on
     */
    record Written(long payloadBytes, long processBytes, long deviceBytes) {

        double processPerPayload() {
            return (double) processBytes / payloadBytes;
        }

        double devicePerPayload() {
            return (double) deviceBytes / payloadBytes;
        }
    }

    /** Resident memory of the broker when all clients were connected, at the end, and the most in between. */
    record Memory(long before, long after, long peak) {}

    double messagesPerSecond() {
        return delivered / seconds;
    }

    double brokerCpuPerMillion() {
        return brokerCpuSeconds * 1e6 / delivered;
    }

    double ownCpuPerMillion() {
        return ownCpuSeconds * 1e6 / delivered;
    }

    /** How much of one processor the load program used; near 1 it is the bottleneck itself. */
    double ownCores() {
        return ownCpuSeconds / seconds;
    }

    double brokerCores() {
        return brokerCpuSeconds / seconds;
    }
}
