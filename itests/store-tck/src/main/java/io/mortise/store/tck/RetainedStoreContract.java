// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.tck;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.RetainedStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of retained messages does, whatever it keeps them in; see {@link SessionStoreContract}. */
public abstract class RetainedStoreContract {
    private RetainedStore store;

    /** A store that keeps nothing yet. */
    protected abstract RetainedStore open();

    /** The same store as the next broker finds it: opened again where it is durable. */
    protected abstract RetainedStore reopen(RetainedStore store);

    @BeforeEach
    void setUp() {
        store = open();
    }

    @Test
    void shouldBeEmptyAtFirst() {
        assertEquals(Map.of(), kept());
    }

    @Test
    void shouldKeepAMessageWithAllItsFields() {
        Message message = new Message(
                Topic.of("Kitchen/Fridge/Temperature"),
                Payload.of((byte) 0, (byte) 0xFF),
                Qos.EXACTLY_ONCE,
                true,
                Properties.builder()
                        .text(Property.CONTENT_TYPE, "text/plain")
                        .user("unit", "\u00b0C")
                        .build(),
                1_900_000_000_000L);
        store.put(message);

        assertEquals(Map.of(message.topic(), message), kept());
    }

    @Test
    void shouldKeepTheLastMessageOfEachTopic() {
        store.put(message("Kitchen/Fridge/Temperature", "4"));
        store.put(message("Kitchen/Fridge", "on"));
        store.put(message("Kitchen/Fridge/Temperature", "5"));

        assertEquals(
                Map.of(
                        Topic.of("Kitchen/Fridge"), message("Kitchen/Fridge", "on"),
                        Topic.of("Kitchen/Fridge/Temperature"), message("Kitchen/Fridge/Temperature", "5")),
                kept());
    }

    @Test
    void shouldForgetTheRemovedTopicOnly() {
        store.put(message("Kitchen", "1"));
        store.put(message("Kitchen/", "2"));
        store.put(message("kitchen", "3"));
        store.remove(Topic.of("Kitchen"));

        assertEquals(
                Map.of(
                        Topic.of("Kitchen/"), message("Kitchen/", "2"),
                        Topic.of("kitchen"), message("kitchen", "3")),
                kept());
    }

    @Test
    void shouldNotBeChangedByTheRemovalOfATopicThatItDoesNotKnow() {
        store.remove(Topic.of("Kitchen"));

        assertEquals(Map.of(), kept());
    }

    @Test
    void shouldCompleteTheBarrier() throws Exception {
        store.put(message("Kitchen", "1"));

        store.barrier().toCompletableFuture().get(10, SECONDS);
        store.barrier().toCompletableFuture().get(10, SECONDS);
    }

    @Test
    void shouldLoseNothingWhenFactsAboutDifferentTopicsOverlap() throws Exception {
        int count = 2_000;
        CyclicBarrier start = new CyclicBarrier(3);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int room = 0; room < 3; room++) {
                String prefix = "Room " + room + "/";
                running.add(threads.submit(() -> {
                    start.await(10, SECONDS);
                    for (int i = 0; i < count; i++) {
                        store.put(message(prefix + i, "on"));
                        if (i % 2 == 0) {
                            store.remove(Topic.of(prefix + i));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(30, SECONDS);
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, SECONDS));
        }

        Map<Topic, Message> expected = new HashMap<>();
        for (int room = 0; room < 3; room++) {
            for (int i = 1; i < count; i += 2) {
                Message message = message("Room " + room + "/" + i, "on");
                expected.put(message.topic(), message);
            }
        }
        assertEquals(expected, kept());
    }

    /** What the next broker is told, by topic. */
    private Map<Topic, Message> kept() {
        store = reopen(store);
        Map<Topic, Message> messages = new HashMap<>();
        store.forEach(message -> assertEquals(null, messages.put(message.topic(), message), "told twice"));
        return messages;
    }

    private static Message message(String topic, String payload) {
        return new Message(Topic.of(topic), Payload.of(payload), Qos.AT_LEAST_ONCE, true);
    }
}
