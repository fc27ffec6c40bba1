// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.connection.SessionStatus.ConnectionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionState;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * What an operator asks of the broker: its clients, their sessions, and what is retained.
 *
 * <p>Any thread; Gogo calls on the thread of a shell. What is answered is a text for a person; what cannot be answered is
 * an exception whose message is one sentence.
 */
@Component(
        service = BrokerCommands.class,
        property = {
            "osgi.command.scope=mortise",
            "osgi.command.function=clients",
            "osgi.command.function=client",
            "osgi.command.function=sessions",
            "osgi.command.function=subscriptions",
            "osgi.command.function=retained",
            "osgi.command.function=kick",
            "osgi.command.function=move",
            "osgi.command.function=stats"
        })
public final class BrokerCommands {
    private static final int NAME = 40;
    private static final int TOPIC = 60;
    private static final int PREVIEW = 60;
    private static final String NONE = "-";

    private volatile @Nullable BrokerAdmin broker;

    @Activate
    public BrokerCommands() {}

    @Reference(
            name = "broker",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bind(BrokerAdmin admin) {
        broker = admin;
    }

    void unbind(BrokerAdmin admin) {
        if (broker == admin) {
            broker = null;
        }
    }

    @Descriptor("the clients that are connected")
    public String clients() {
        Table table = new Table(
                Table.text("CLIENT", NAME),
                Table.text("USER", NAME),
                Table.text("ADDRESS", NAME),
                Table.text("LISTENER", NAME),
                Table.text("MQTT", NAME),
                Table.number("KEEP-ALIVE"),
                Table.number("CONNECTED"),
                Table.number("IN"),
                Table.number("OUT"));
        long now = System.currentTimeMillis();
        for (SessionStatus session : broker().sessions()) {
            ConnectionStatus connection = session.connection();
            if (connection != null) {
                table.row(
                        session.clientId(),
                        user(session),
                        connection.remoteAddress(),
                        ListenerCommands.shortName(connection.listener()),
                        version(connection.version()),
                        keepAlive(connection),
                        Readable.duration(now - connection.sinceMillis()),
                        connection.messagesIn(),
                        connection.messagesOut());
            }
        }
        return table.print("client");
    }

    @Descriptor("everything about one client")
    public String client(@Descriptor("its client identifier") String id) {
        SessionStatus session = broker().session(id);
        if (session == null) {
            throw new IllegalArgumentException("there is no client '" + Readable.escaped(id) + "'");
        }
        Sheet sheet = new Sheet();
        sheet.line("client", session.clientId());
        sheet.line("user", user(session));
        ConnectionStatus connection = session.connection();
        if (connection == null) {
            sheet.line("connected", "no");
        } else {
            sheet.line("connected", Readable.duration(System.currentTimeMillis() - connection.sinceMillis()));
            sheet.line("address", connection.remoteAddress());
            sheet.line("listener", connection.listener());
            sheet.line("MQTT", version(connection.version()));
            sheet.line("keep-alive", keepAlive(connection));
            sheet.line("messages in", connection.messagesIn());
            sheet.line("messages out", connection.messagesOut());
        }
        sheet.line("session expiry", expiry(session));
        sheet.line("queued", session.queued());
        sheet.line("in flight", session.inflight());
        sheet.line("dropped", session.dropped());
        Table table = new Table(Table.text("FILTER", TOPIC), Table.number("QOS"), Table.text("OPTIONS", TOPIC));
        for (Subscription subscription : session.subscriptions()) {
            table.row(subscription.filter().text(), subscription.maximumQos().value(), options(subscription));
        }
        return sheet.print() + "\n" + table.print("subscription");
    }

    @Descriptor("all sessions, of clients that are connected or away")
    public String sessions() {
        Table table = new Table(
                Table.text("CLIENT", NAME),
                Table.text("USER", NAME),
                Table.text("CONNECTED", NAME),
                Table.text("EXPIRY", NAME),
                Table.number("SUBSCRIPTIONS"),
                Table.number("QUEUED"),
                Table.number("IN FLIGHT"),
                Table.number("DROPPED"));
        for (SessionStatus session : broker().sessions()) {
            table.row(
                    session.clientId(),
                    user(session),
                    session.connection() == null ? "no" : "yes",
                    expiry(session),
                    session.subscriptions().size(),
                    session.queued(),
                    session.inflight(),
                    session.dropped());
        }
        return table.print("session");
    }

    @Descriptor("all subscriptions")
    public String subscriptions() {
        return subscriptions((TopicFilter) null);
    }

    @Descriptor("the subscriptions that get messages of a topic, or of any that a filter matches")
    public String subscriptions(@Descriptor("a topic or a topic filter") String filter) {
        return subscriptions(filter(filter));
    }

    @Descriptor("all retained messages, but those of the broker itself")
    public String retained() {
        return retained("#");
    }

    @Descriptor("the retained messages that a topic filter matches")
    public String retained(@Descriptor("a topic or a topic filter") String filter) {
        Table table = new Table(
                Table.text("TOPIC", TOPIC),
                Table.number("SIZE"),
                Table.number("QOS"),
                Table.number("EXPIRES"),
                Table.text("PAYLOAD", PREVIEW));
        long now = System.currentTimeMillis();
        for (Message message : broker().retained(filter(filter))) {
            boolean expires = message.expiresAtMillis() != Message.NEVER;
            table.row(
                    message.topic(),
                    Readable.size(message.payload().size()),
                    message.qos().value(),
                    expires ? Readable.duration(message.expiresAtMillis() - now) : NONE,
                    Readable.preview(message.payload(), PREVIEW));
        }
        return table.print("retained message");
    }

    @Descriptor("end the connection of a client; its session stays as long as its expiry says")
    public String kick(@Descriptor("its client identifier") String id) {
        String shown = "'" + Readable.escaped(id) + "'";
        if (!broker().disconnect(id, ReasonCode.ADMINISTRATIVE_ACTION)) {
            throw new IllegalArgumentException("no client " + shown + " is connected");
        }
        return "disconnected " + shown;
    }

    @Descriptor("send a client to another server, for a while; '*' sends all that are connected")
    public String move(
            @Descriptor("its client identifier, or '*'") String id,
            @Descriptor("the server, as host:port") String server) {
        return move(id, server, false);
    }

    @Descriptor("send a client to another server; '*' sends all that are connected")
    public String move(
            @Descriptor("its client identifier, or '*'") String id,
            @Descriptor("the server, as host:port") String server,
            @Descriptor("--permanent: it is to stay there") String option) {
        if (!option.equals("--permanent")) {
            throw new IllegalArgumentException(
                    "--permanent or nothing expected, got '" + Readable.escaped(option) + "'");
        }
        return move(id, server, true);
    }

    private String move(String id, String server, boolean permanent) {
        boolean all = id.equals("*");
        int moved = broker().move(all ? null : id, server, permanent);
        if (moved == 0 && !all) {
            throw new IllegalArgumentException("no client '" + Readable.escaped(id) + "' is connected");
        }
        return "sent " + moved + (moved == 1 ? " client" : " clients") + " to " + Readable.escaped(server);
    }

    @Descriptor("what the broker counts")
    public String stats() {
        Sheet sheet = new Sheet();
        broker().statistics().forEach(sheet::line);
        return sheet.print();
    }

    private BrokerAdmin broker() {
        BrokerAdmin present = broker;
        if (present == null) {
            throw new IllegalStateException("the broker is being replaced; try again");
        }
        return present;
    }

    private String subscriptions(@Nullable TopicFilter wanted) {
        Table table = new Table(
                Table.text("CLIENT", NAME),
                Table.text("FILTER", TOPIC),
                Table.number("QOS"),
                Table.text("OPTIONS", TOPIC));
        for (SessionStatus session : broker().sessions()) {
            for (Subscription subscription : session.subscriptions()) {
                if (wanted == null || Filters.overlap(wanted, subscription.filter())) {
                    table.row(
                            session.clientId(),
                            subscription.filter().text(),
                            subscription.maximumQos().value(),
                            options(subscription));
                }
            }
        }
        return table.print("subscription");
    }

    private static TopicFilter filter(String text) {
        try {
            return TopicFilter.of(text);
        } catch (ProtocolViolation invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    private static String user(SessionStatus session) {
        return session.principal().isEmpty() ? NONE : session.principal();
    }

    private static String expiry(SessionStatus session) {
        long seconds = session.expiryIntervalSeconds();
        if (seconds == 0) {
            return "at disconnect";
        }
        return seconds == SessionState.FOR_EVER ? "never" : "after " + Readable.duration(seconds * 1000);
    }

    private static String keepAlive(ConnectionStatus connection) {
        int seconds = connection.keepAliveSeconds();
        return seconds == 0 ? NONE : Readable.duration(seconds * 1000L);
    }

    private static String version(ProtocolVersion version) {
        return switch (version) {
            case MQTT_3_1 -> "3.1";
            case MQTT_3_1_1 -> "3.1.1";
            case MQTT_5 -> "5.0";
        };
    }

    /** The options that are not the usual ones, by their names in MQTT 5.0, 3.8.3.1. */
    private static String options(Subscription subscription) {
        List<String> options = new ArrayList<>();
        if (subscription.noLocal()) {
            options.add("no local");
        }
        if (subscription.retainAsPublished()) {
            options.add("retain as published");
        }
        switch (subscription.retainHandling()) {
            case SEND_AT_SUBSCRIBE -> {}
            case SEND_IF_NEW -> options.add("retained if new");
            case DO_NOT_SEND -> options.add("no retained");
        }
        for (Integer identifier : subscription.identifiers()) {
            options.add("identifier " + identifier);
        }
        return options.isEmpty() ? NONE : String.join(", ", options);
    }
}
