// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were sent to a client and are not acknowledged, by packet identifier (MQTT 5.0, 2.2.1, 4.3).
 *
 * <p>Used in its session's mailbox. Identifiers are given out in rising order, from 1 to 65,535 and round again; the slot of
 * an identifier is its value modulo a power of two, at least twice as large as the window needs, so that a free slot is
 * near even while an old message stays unacknowledged.
 */
final class InflightWindow {
    private static final int SMALLEST = 16;
    private static final int LARGEST_IDENTIFIER = 65_535;

    private @Nullable Delivery[] slots = {};
    private int size;
    private int lastIdentifier;
    private long lastSequence;

    int size() {
        return size;
    }

    /** Gives the delivery a packet identifier that is not in use, and keeps it. */
    void add(Delivery delivery) {
        makeRoom();
        int identifier = lastIdentifier;
        do {
            identifier = identifier == LARGEST_IDENTIFIER ? 1 : identifier + 1;
        } while (slots[identifier & slots.length - 1] != null);
        lastIdentifier = identifier;
        delivery.packetId = identifier;
        delivery.sequence = ++lastSequence;
        slots[identifier & slots.length - 1] = delivery;
        size++;
    }

    /** Keeps a delivery that was in flight before, with its identifier. Called in the order in which they were sent. */
    void restore(Delivery delivery) {
        makeRoom();
        while (slots[delivery.packetId & slots.length - 1] != null) {
            grow();
        }
        slots[delivery.packetId & slots.length - 1] = delivery;
        delivery.sequence = ++lastSequence;
        size++;
        lastIdentifier = delivery.packetId;
    }

    /** The delivery with this identifier; {@code null} if there is none. */
    @Nullable
    Delivery get(int packetId) {
        if (slots.length == 0) {
            return null;
        }
        Delivery delivery = slots[packetId & slots.length - 1];
        return delivery != null && delivery.packetId == packetId ? delivery : null;
    }

    /** Frees the identifier of a delivery that is in flight. */
    void remove(Delivery delivery) {
        slots[delivery.packetId & slots.length - 1] = null;
        size--;
    }

    /** All that are in flight, in the order in which they were sent first (4.6). */
    List<Delivery> inOrder() {
        List<Delivery> deliveries = new ArrayList<>(size);
        for (Delivery delivery : slots) {
            if (delivery != null) {
                deliveries.add(delivery);
            }
        }
        deliveries.sort(Comparator.comparingLong(delivery -> delivery.sequence));
        return deliveries;
    }

    private void makeRoom() {
        if (size * 2 >= slots.length) {
            grow();
        }
    }

    private void grow() {
        @Nullable Delivery[] old = slots;
        slots = new @Nullable Delivery[Math.max(SMALLEST, old.length * 2)];
        for (Delivery delivery : old) {
            if (delivery != null) {
                // distinct modulo n, hence modulo 2n
                slots[delivery.packetId & slots.length - 1] = delivery;
            }
        }
    }
}
