// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/**
 * Tells who publishes a message that a store has failed to keep it for one of its subscribers: it must not be acknowledged as if
 * all were well.
 *
 * <p>Any thread. A router delivers on the thread that publishes, so that the fault that a subscriber meets there is about the
 * publication of that thread, and about no other that is under way.
 */
final class Publications {
    /** The outcome of a publication that a store has failed to keep for a subscriber. */
    static final int NOT_KEPT = -1;

    /** {@code true} on a thread that has met a fault in its publication. */
    private final ThreadLocal<Boolean> met = new ThreadLocal<>();

    /** Whether there ever was one: as long as there was none, no thread looks. */
    private volatile boolean everMet;

    /** A store has failed to keep the message that this thread publishes. */
    void notKept() {
        met.set(Boolean.TRUE);
        everMet = true;
    }

    /** The outcome of the publication that this thread has routed, to so many subscribers; the next one begins unharmed. */
    int outcome(int delivered) {
        if (!everMet || met.get() == null) {
            return delivered;
        }
        met.remove();
        return NOT_KEPT;
    }
}
