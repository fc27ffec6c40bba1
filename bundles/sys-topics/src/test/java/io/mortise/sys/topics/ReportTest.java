// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report = new Report("1.2.3", 10);
    private final Map<String, String> said = new HashMap<>();

    private void update(Map<String, Long> numbers) {
        said.clear();
        report.update(numbers, (topic, text) -> said.put(topic.name(), text));
    }

    @Test
    void shouldSayEachNumberInItsTopic() {
        update(Map.of(
                "sessions", 7L, "connections", 5L, "retained messages", 2L, "messages queued", 3L, "messages in", 6L));
        assertEquals("mortise 1.2.3", said.get("$SYS/broker/version"));
        assertTrue(said.get("$SYS/broker/uptime").endsWith(" seconds"));
        assertEquals("7", said.get("$SYS/broker/clients/total"));
        assertEquals("5", said.get("$SYS/broker/clients/connected"));
        assertEquals("2", said.get("$SYS/broker/clients/disconnected"));
        assertEquals("2", said.get("$SYS/broker/retained messages/count"));
        assertEquals("5", said.get("$SYS/broker/store/messages/count"));
        assertEquals("6", said.get("$SYS/broker/publish/messages/received"));
        assertEquals("5.53", said.get("$SYS/broker/load/publish/received/1min"));
        assertEquals("3", said.get("$SYS/broker/counters/messages queued"));
    }

    @Test
    void shouldSayWhatHasChangedOnly() {
        update(Map.of("connections", 5L, "subscriptions", 1L));
        update(Map.of("connections", 6L, "subscriptions", 1L));
        assertEquals("6", said.get("$SYS/broker/clients/connected"));
        assertFalse(said.containsKey("$SYS/broker/subscriptions/count"));
        assertFalse(said.containsKey("$SYS/broker/version"));
    }

    @Test
    void shouldSayNothingOfWhatIsNotCounted() {
        update(Map.of("connections", 5L));
        assertFalse(said.containsKey("$SYS/broker/bytes/received"));
        assertFalse(said.containsKey("$SYS/broker/load/bytes/received/1min"));
    }

    // SEC-12
    @Test
    void shouldSayAllOthersWhenOneCannotBeSaid() {
        report.update(Map.of("connections", 5L, "subscriptions", 1L), (topic, text) -> {
            if (topic.name().endsWith("clients/connected")) {
                throw new IllegalStateException("poisoned");
            }
            said.put(topic.name(), text);
        });
        assertEquals("1", said.get("$SYS/broker/subscriptions/count"));
        assertFalse(said.containsKey("$SYS/broker/clients/connected"));
        update(Map.of("connections", 5L, "subscriptions", 1L));
        assertEquals("5", said.get("$SYS/broker/clients/connected"));
    }

    @Test
    void shouldRememberWhereItSaidSomething() {
        update(Map.of("connections", 5L));
        assertEquals(said.size(), report.topics().size());
    }
}
