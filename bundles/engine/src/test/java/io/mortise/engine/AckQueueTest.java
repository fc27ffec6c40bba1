// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AckQueueTest {
    private final TestConnection wire = new TestConnection();
    private final List<Throwable> failures = new ArrayList<>();
    private final AckQueue acks = new AckQueue(wire, failures::add);

    @AfterEach
    void end() {
        wire.end();
    }

    private void add(int packetId, CompletableFuture<Void> barrier) {
        wire.onHome(() -> acks.add(new PubAck(packetId), barrier));
    }

    private static CompletableFuture<Void> safe() {
        CompletableFuture<Void> safe = new CompletableFuture<>();
        complete(safe);
        return safe;
    }

    private static void complete(CompletableFuture<?> barrier) {
        barrier.complete(null);
    }

    private List<Integer> sent() {
        wire.onHome(() -> {});
        return wire.call(() -> {
            wire.flush();
            return wire.sent().stream()
                    .filter(PubAck.class::isInstance)
                    .map(packet -> ((PubAck) packet).packetId())
                    .toList();
        });
    }

    @Test
    void shouldSendAtOnceWhatIsSafe() {
        add(1, safe());

        assertEquals(List.of(1), sent());
        assertEquals(0, acks.size());
    }

    @Test
    void shouldSendInTheOrderOfTheCallsWhateverCompletesFirst() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        add(1, first);
        add(2, second);
        add(3, safe());
        complete(second);
        assertEquals(List.of(), sent());
        assertEquals(3, acks.pubAcks());

        complete(first);
        assertEquals(List.of(1, 2, 3), sent());
        assertEquals(0, acks.pubAcks());
    }

    @Test
    void shouldLetMoreThanOneWaitForTheSameBarrier() {
        CompletableFuture<Void> shared = new CompletableFuture<>();
        add(1, shared);
        add(2, shared);
        complete(shared);

        assertEquals(List.of(1, 2), sent());
    }

    @Test
    void shouldSendNothingBehindABarrierThatFailed() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        add(1, first);
        add(2, second);
        add(3, safe());
        second.completeExceptionally(new IllegalStateException("disk full"));
        complete(first);
        add(4, safe());

        assertEquals(List.of(1), sent());
        assertEquals(1, failures.size());
        assertEquals(0, acks.size());
    }

    @Test
    void shouldFailAtOnceWhenTheBarrierHadFailedAlready() {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        failed.completeExceptionally(new IllegalStateException("disk full"));
        add(1, failed);

        assertEquals(List.of(), sent());
        assertEquals(1, failures.size());
    }

    @Test
    void shouldSayWhenNoneWaits() {
        CompletableFuture<Void> barrier = new CompletableFuture<>();
        add(1, barrier);
        CompletableFuture<@Nullable Void> empty =
                wire.call(() -> acks.whenEmpty().toCompletableFuture());
        assertFalse(empty.isDone());

        complete(barrier);
        sent();
        assertTrue(empty.isDone());
    }

    @Test
    void shouldTellOfAnAcknowledgementThatIsTooLargeAndSendNothingMore() {
        wire.tooLarge(PacketType.PINGRESP);
        wire.onHome(() -> acks.add(PingResp.INSTANCE, safe(), () -> failures.add(new AssertionError("sent"))));
        add(1, safe());

        assertEquals(List.of(), sent());
        assertEquals(1, failures.size());
        assertEquals(ReasonCode.PACKET_TOO_LARGE, ((ProtocolViolation) failures.get(0)).reasonCode());
    }

    @Test
    void shouldTellOfAFailureBeforeItSaysThatNoneWaits() {
        List<String> order = new ArrayList<>();
        AckQueue told = new AckQueue(wire, failure -> order.add("failed"));
        CompletableFuture<Void> barrier = new CompletableFuture<>();
        wire.onHome(() -> {
            told.add(PingResp.INSTANCE, barrier);
            told.whenEmpty().thenRun(() -> order.add("empty"));
        });
        barrier.completeExceptionally(new IllegalStateException("disk full"));
        wire.onHome(() -> {});

        assertEquals(List.of("failed", "empty"), order);
    }
}
