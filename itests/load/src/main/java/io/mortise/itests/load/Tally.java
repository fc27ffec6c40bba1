// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

/**
 * What all subscribers of a run have counted together.
 *
 * <p>Used only on the loop's thread.
 */
final class Tally {

    /** Messages delivered for the first time, intact. */
    long delivered;

    /** Messages with a wrong byte in topic or payload, a wrong QoS, or for somebody else. */
    long damaged;

    /** From the write of the publisher to its read of PUBACK or PUBREC, in nanoseconds. */
    final Histogram acknowledgement = new Histogram();

    /** From the write of the publisher to the read of the subscriber, in nanoseconds. */
    final Histogram latency = new Histogram();
}
