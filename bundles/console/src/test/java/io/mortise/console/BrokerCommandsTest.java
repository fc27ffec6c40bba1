// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.connection.SessionStatus.ConnectionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerCommandsTest {
    private final FakeBroker broker = new FakeBroker();
    private final BrokerCommands commands = new BrokerCommands();

    @BeforeEach
    void setUp() {
        commands.bind(broker);
        broker.sessions.add(new SessionStatus(
                "fridge",
                "alice",
                SessionState.FOR_EVER,
                List.of(
                        new Subscription(TopicFilter.of("Kitchen/#"), Qos.AT_LEAST_ONCE),
                        new Subscription(
                                TopicFilter.of("$share/rooms/Bedroom/+/Lamp"),
                                Qos.EXACTLY_ONCE,
                                true,
                                true,
                                RetainHandling.DO_NOT_SEND,
                                List.of(7))),
                3,
                2,
                1,
                new ConnectionStatus(
                        "io.mortise.listener.tcp~default",
                        "127.0.0.1:40000",
                        ProtocolVersion.MQTT_3_1_1,
                        60,
                        System.currentTimeMillis() - 193_000,
                        10,
                        20)));
        broker.sessions.add(new SessionStatus("lamp", "", 3600, List.of(), 0, 0, 0, null));
    }

    @Test
    void shouldListTheClientsThatAreConnected() {
        List<String> lines = commands.clients().lines().toList();

        assertEquals(3, lines.size());
        assertEquals(
                "CLIENT  USER   ADDRESS          LISTENER     MQTT   KEEP-ALIVE  CONNECTED  IN  OUT", lines.get(0));
        assertTrue(
                lines.get(1)
                        .matches("fridge  alice  127.0.0.1:40000  tcp~default  3.1.1       1m 0s +3m 1[3-9]s  10   20"),
                lines.get(1));
        assertEquals("1 client", lines.get(2));
    }

    @Test
    void shouldListSessionsOfClientsThatAreAwayToo() {
        assertEquals("""
            CLIENT  USER   CONNECTED  EXPIRY       SUBSCRIPTIONS  QUEUED  IN FLIGHT  DROPPED
            fridge  alice  yes        never                    2       3          2        1
            lamp    -      no         after 1h 0m              0       0          0        0
            2 sessions\
            """, commands.sessions());
    }

    @Test
    void shouldTellEverythingAboutAClient() {
        String told = commands.client("fridge");

        for (String line : List.of(
                "client          fridge",
                "user            alice",
                "listener        io.mortise.listener.tcp~default",
                "messages in     10",
                "session expiry  never",
                "in flight       2",
                "Kitchen/#                      1  -",
                "$share/rooms/Bedroom/+/Lamp    2  no local, retain as published, no retained, identifier 7",
                "2 subscriptions")) {
            assertTrue(told.lines().anyMatch(line::equals), line + " expected in\n" + told);
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchClient() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> commands.client("oven\u0007"));

        assertEquals("there is no client 'oven\\u0007'", failure.getMessage());
    }

    @Test
    void shouldListAllSubscriptions() {
        assertTrue(commands.subscriptions().endsWith("\n2 subscriptions"), commands.subscriptions());
    }

    @Test
    void shouldListTheSubscriptionsThatGetMessagesOfATopic() {
        assertEquals("""
            CLIENT  FILTER     QOS  OPTIONS
            fridge  Kitchen/#    1  -
            1 subscription\
            """, commands.subscriptions("Kitchen/Fridge/Temperature"));
    }

    @Test
    void shouldListRetainedMessages() {
        broker.retained.add(new Message(
                Topic.of("Kitchen/Camera"),
                Payload.owning(new byte[3500]),
                Qos.AT_MOST_ONCE,
                true,
                Properties.NONE,
                System.currentTimeMillis() + 7_230_000));
        broker.retained.add(
                new Message(Topic.of("Kitchen/Fridge/Temperature"), Payload.of("4.5"), Qos.AT_LEAST_ONCE, true));

        assertEquals("""
            TOPIC                          SIZE  QOS  EXPIRES  PAYLOAD
            Kitchen/Camera              3.4 KiB    0    2h 0m  (binary)
            Kitchen/Fridge/Temperature      3 B    1        -  4.5
            2 retained messages\
            """, commands.retained("Kitchen/#"));
        assertEquals("Kitchen/#", broker.asked.text());
    }

    @Test
    void shouldSayWhatIsWrongWithAFilter() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> commands.retained("Kitchen/#/Lamp"));

        assertEquals("# is the last level, got 'Kitchen/#/Lamp'", failure.getMessage());
    }

    @Test
    void shouldDisconnectAClientAsAnAdministrator() {
        assertEquals("disconnected 'fridge'", commands.kick("fridge"));
        assertEquals(List.of("fridge ADMINISTRATIVE_ACTION"), broker.disconnected);
    }

    @Test
    void shouldSayThatAClientToDisconnectIsNotThere() {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> commands.kick("lamp"));

        assertEquals("no client 'lamp' is connected", failure.getMessage());
    }

    @Test
    void shouldSendAClientOrAllToAnotherServer() {
        assertEquals("sent 1 client to other:1883", commands.move("fridge", "other:1883"));
        assertEquals("sent 1 client to other:1883", commands.move("*", "other:1883", "--permanent"));
        assertEquals(List.of("fridge other:1883 false", "null other:1883 true"), broker.moved);
    }

    @Test
    void shouldSayThatAClientToMoveIsNotThereOrWhatAnOptionIs() {
        IllegalArgumentException nobody =
                assertThrows(IllegalArgumentException.class, () -> commands.move("lamp", "other:1883"));
        assertEquals("no client 'lamp' is connected", nobody.getMessage());
        IllegalArgumentException option =
                assertThrows(IllegalArgumentException.class, () -> commands.move("fridge", "other:1883", "-p"));
        assertEquals("--permanent or nothing expected, got '-p'", option.getMessage());
    }

    @Test
    void shouldPrintStatisticsInTheirOrder() {
        assertEquals("messages.in  7\nbytes        1234567", commands.stats());
    }

    @Test
    void shouldSayThatTheBrokerIsBeingReplacedWhileItIsAway() {
        commands.unbind(broker);

        IllegalStateException failure = assertThrows(IllegalStateException.class, commands::clients);
        assertEquals("the broker is being replaced; try again", failure.getMessage());
    }

    @Test
    void shouldKeepTheNewBrokerWhenTheOldOneLeaves() {
        FakeBroker next = new FakeBroker();
        commands.bind(next);
        commands.unbind(broker);

        assertTrue(commands.clients().endsWith("0 clients"));
    }

    private static final class FakeBroker implements BrokerAdmin {
        private final List<SessionStatus> sessions = new ArrayList<>();
        private final List<Message> retained = new ArrayList<>();
        private final List<String> disconnected = new ArrayList<>();
        final List<String> moved = new ArrayList<>();
        private TopicFilter asked;

        @Override
        public List<SessionStatus> sessions() {
            return sessions;
        }

        @Override
        public @Nullable SessionStatus session(String clientId) {
            return sessions.stream()
                    .filter(session -> session.clientId().equals(clientId))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public int move(@Nullable String clientId, String serverReference, boolean permanent) {
            moved.add(clientId + " " + serverReference + " " + permanent);
            return "lamp".equals(clientId) ? 0 : 1;
        }

        @Override
        public boolean disconnect(String clientId, ReasonCode reasonCode) {
            SessionStatus session = session(clientId);
            if (session == null || session.connection() == null) {
                return false;
            }
            return disconnected.add(clientId + " " + reasonCode);
        }

        @Override
        public List<Message> retained(TopicFilter filter) {
            asked = filter;
            return retained;
        }

        @Override
        public String moveStore(String from, String to, boolean replace, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void changeStores(Consumer<Set<String>> change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Long> statistics() {
            Map<String, Long> statistics = new LinkedHashMap<>();
            statistics.put("messages.in", 7L);
            statistics.put("bytes", 1_234_567L);
            return statistics;
        }
    }
}
