// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

/**
 * What one run of a scenario against one broker showed.
 *
 * <p>{@code delivered}, {@code seconds}, the two CPU figures and the latencies are of the measured phase; the counts of faults are of
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
        Memory memory) {

    /**
     * Messages that did not come, came again, came after a later one, or came with a wrong byte.
     *
     * @param settled whether everything came and, at QoS 1 and 2, all handshakes ended
     */
    record Faults(long expected, long lost, long duplicates, long late, long damaged, boolean settled) {}

    record Latency(double p50Millis, double p99Millis) {}

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
