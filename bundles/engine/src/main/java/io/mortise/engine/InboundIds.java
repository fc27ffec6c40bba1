// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers of what a client has published at QoS 2 and not released: such a PUBLISH is a duplicate (MQTT 5.0,
 * 4.3.3).
 *
 * <p>Used in its session's mailbox. Most sessions have none, and pay for none.
 */
final class InboundIds {
    private final Session session;
    private @Nullable BitSet ids;
    private int count;

    InboundIds(Session session) {
        this.session = session;
    }

    /** Whether a PUBLISH with this identifier has come and was not released. */
    boolean contains(int packetId) {
        return ids != null && ids.get(packetId);
    }

    int count() {
        return count;
    }

    /** All of them; a copy. */
    BitSet copy() {
        return ids == null ? new BitSet(0) : (BitSet) ids.clone();
    }

    /** All of them; a copy. */
    Set<Integer> toSet() {
        BitSet all = ids;
        if (all == null || all.isEmpty()) {
            return Set.of();
        }
        Set<Integer> set = new HashSet<>();
        all.stream().forEach(set::add);
        return set;
    }

    /** A PUBLISH with this identifier came in. */
    void add(int packetId) {
        restore(packetId);
        session.facts().inbound(session.clientId(), packetId);
    }

    /** One that the store knows already. */
    void restore(int packetId) {
        if (ids == null) {
            ids = new BitSet();
        }
        ids.set(packetId);
        count++;
    }

    /** The client releases the identifier; {@code false} if it is not known. */
    boolean remove(int packetId) {
        if (ids == null || !ids.get(packetId)) {
            return false;
        }
        ids.clear(packetId);
        count--;
        session.facts().inboundDone(session.clientId(), packetId);
        return true;
    }
}
