// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Random;

/**
 * What all clients of a run have in common: where the broker is, what is going on, and where they tell what they saw.
 *
 * <p>Used only on the loop's thread.
 */
final class Stage implements AutoCloseable {

    private static final int LONGEST_PACKET = 64 * 1024;

    final Loop loop = new Loop(LONGEST_PACKET);
    final Findings findings = new Findings();
    final long seed;
    final Flows flows;

    /** The first levels of all topics. */
    final String root;

    final InetSocketAddress address;

    /** Whether there shall be new messages. */
    boolean publishing;

    /** Whether also those come who are away otherwise. */
    boolean everybody;

    /** How often the retained messages were asked to be looked at, and were. */
    int retainedAsked;

    int retainedChecked;

    /** When the last packet about a message came in. */
    long packetAt = System.nanoTime();

    Stage(long seed, InetSocketAddress address) throws IOException {
        this.seed = seed;
        this.flows = new Flows(seed);
        this.root = "crash/" + Long.toString(seed, Character.MAX_RADIX);
        this.address = address;
    }

    /** The same dice for the same client with the same seed. */
    Random random(String clientId) {
        return new Random(seed * 31 + clientId.hashCode());
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
