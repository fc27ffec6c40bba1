// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.ReasonCode;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SysTopicsTest {
    private static final String CONNECTED = "$SYS/broker/clients/connected";

    private final FakeBroker broker = new FakeBroker();
    private final SysTopics sysTopics = new SysTopics("1.2.3", 1);

    @AfterEach
    void end() {
        sysTopics.close();
    }

    private void bind(FakeBroker next) {
        next.numbers.put("connections", 5L);
        sysTopics.bindBroker(next);
        sysTopics.bindAdmin(next);
    }

    private static Connection connection(FakeBroker of) {
        return Objects.requireNonNull(of.connection);
    }

    @Test
    void shouldPublishAtOnceAndWhatChangesLater() {
        bind(broker);
        await().until(() -> "5".equals(broker.retained.get(CONNECTED)));
        assertEquals("mortise 1.2.3", broker.retained.get("$SYS/broker/version"));
        broker.numbers.put("connections", 6L);
        await().until(() -> "6".equals(broker.retained.get(CONNECTED)));
        assertEquals("$internal/sys-topics", connection(broker).internalPrincipal());
    }

    @Test
    void shouldTellAnotherBrokerEverythingAnew() {
        bind(broker);
        await().until(() -> broker.retained.containsKey(CONNECTED));
        FakeBroker next = new FakeBroker();
        bind(next);
        sysTopics.unbindBroker(broker);
        sysTopics.unbindAdmin(broker);
        await().until(() -> next.retained.containsKey(CONNECTED));
        assertTrue(next.retained.containsKey("$SYS/broker/version"));
        assertTrue(broker.closed);
        assertFalse(next.closed);
    }

    @Test
    void shouldComeBackWhenTheBrokerDoes() {
        bind(broker);
        await().until(() -> broker.retained.containsKey(CONNECTED));
        sysTopics.unbindBroker(broker);
        sysTopics.unbindAdmin(broker);
        assertTrue(broker.closed);
        broker.retained.clear();
        bind(broker);
        await().until(() -> broker.retained.containsKey(CONNECTED));
        assertEquals(2, broker.connects);
    }

    @Test
    void shouldSayNothingWhileTheBrokerDoesNotRead() {
        bind(broker);
        await().until(() -> broker.retained.containsKey(CONNECTED));
        connection(broker).executor().execute(() -> connection(broker).pauseReading());
        connection(broker).executor().execute(broker.retained::clear);
        broker.numbers.put("connections", 7L);
        connection(broker).executor().execute(sysTopics::tick);
        connection(broker).executor().execute(() -> {
            broker.numbers.put("said while paused", (long) broker.retained.size());
            connection(broker).resumeReading();
        });
        await().until(() -> "7".equals(broker.retained.get(CONNECTED)));
        assertEquals(0L, broker.numbers.get("said while paused"));
    }

    @Test
    void shouldTakeEverythingBackAndSayGoodbye() {
        bind(broker);
        await().until(() -> broker.retained.containsKey(CONNECTED));
        sysTopics.close();
        assertTrue(broker.retained.isEmpty(), broker.retained::toString);
        assertEquals(ReasonCode.SUCCESS, broker.disconnected);
        assertTrue(broker.closed);
    }

    @Test
    void shouldDoNothingIfNothingIsWanted() {
        SysTopics off = new SysTopics("1.2.3", 0);
        FakeBroker unasked = new FakeBroker();
        off.bindBroker(unasked);
        off.bindAdmin(unasked);
        off.unbindBroker(unasked);
        off.close();
        assertNull(unasked.connection);
    }
}
