// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Qos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InflightWindowTest {
    private final Harness harness = new Harness();
    private final Session session = new Session(harness.engine, "c", "", Runnable::run);
    private final InflightWindow window = new InflightWindow();

    @AfterEach
    void end() {
        harness.close();
    }

    private Delivery delivery(long position) {
        return new Delivery(
                session,
                position,
                TestClient.message("t", "x", Qos.AT_LEAST_ONCE, false),
                Qos.AT_LEAST_ONCE,
                false,
                List.of(),
                null);
    }

    private Delivery add(long position) {
        Delivery delivery = delivery(position);
        window.add(delivery);
        return delivery;
    }

    @Test
    void shouldGiveIdentifiersFrom1To65535AndRoundAgain() {
        for (int expected = 1; expected <= 65_535; expected++) {
            Delivery delivery = add(expected);
            assertEquals(expected, delivery.packetId);
            window.remove(delivery);
        }
        assertEquals(1, add(0).packetId);
    }

    @Test
    void shouldSkipAnIdentifierThatIsStillInUse() {
        Delivery stuck = add(0);
        for (int i = 1; i < 200_000; i++) {
            Delivery delivery = add(i);
            assertNotEquals(stuck.packetId, delivery.packetId);
            window.remove(delivery);
        }
        assertSame(stuck, window.get(stuck.packetId));
    }

    @Test
    void shouldGrowToTheLargestWindowWithDistinctIdentifiers() {
        Set<Integer> identifiers = new HashSet<>();
        List<Delivery> all = new ArrayList<>();
        for (int i = 0; i < 65_535; i++) {
            Delivery delivery = add(i);
            all.add(delivery);
            assertTrue(identifiers.add(delivery.packetId));
        }
        for (Delivery delivery : all) {
            assertSame(delivery, window.get(delivery.packetId));
        }
    }

    @Test
    void shouldListInTheOrderOfSendingEvenAfterAWrap() {
        for (int i = 0; i < 65_530; i++) {
            window.remove(add(i));
        }
        for (int i = 0; i < 10; i++) {
            add(i);
        }

        List<Delivery> inOrder = window.inOrder();
        for (int i = 0; i < 10; i++) {
            assertEquals(i, inOrder.get(i).position);
        }
        assertEquals(5, inOrder.get(9).packetId);
    }

    @Test
    void shouldKeepIdentifiersThatWereInFlightBeforeWhereverTheyAre() {
        for (int packetId : new int[] {65_535, 17, 1, 33}) { // 17, 1 and 33 meet in a small table
            Delivery delivery = delivery(packetId);
            delivery.packetId = packetId;
            window.restore(delivery);
        }

        assertEquals(4, window.size());
        assertEquals(
                List.of(65_535, 17, 1, 33),
                window.inOrder().stream().map(delivery -> delivery.packetId).toList());
        assertEquals(34, add(0).packetId);
    }

    @Test
    void shouldKnowNothingOfAnIdentifierThatOnlySharesTheSlot() {
        assertNull(window.get(1));
        add(0);
        assertNull(window.get(17));
        assertNull(window.get(65_535));
    }
}
