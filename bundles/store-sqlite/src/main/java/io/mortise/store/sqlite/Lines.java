// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionState;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The neutral form of what a store has, as the lines of an export; version 2.
 *
 * <pre>
 * {"type":"export","version":2}
 * {"type":"session","client":…,"principal":…,"expirySeconds":…,"disconnectedAt":…[,"will":true, and as a message]}
 * {"type":"subscription","client":…,"filter":…,"qos":…,"noLocal":…,"retainAsPublished":…,"retainHandling":…,"identifiers":[…]}
 * {"type":"inbound","client":…,"packetId":…}
 * {"type":"outbound","client":…,"position":…,"grantedQos":…,"retainFlag":…,"packetId":…,"received":…,"identifiers":[…][,"shared":…], and as a message}
 * {"type":"retained", and as a message}
 * {"type":"end","sessions":…,"messages":…,"retained":…}
 *
 * message: "topic":…,"qos":…,"retain":…[,"expiresAt":…][,"properties":[identifier,value,…]][,"user":[name,value,…]],"payload":base64
 * </pre>
 *
 * <p>What belongs to a session follows it. Times are in milliseconds since the epoch; a session that is connected was
 * disconnected at -1; version 1 has no "shared". Binary values are in base64. A line of a type that is not known makes an export of a later version, which is
 * refused.
 */
final class Lines {
    static final int VERSION = 2;

    private Lines() {}

    static JsonLine header() {
        return new JsonLine().with("type", "export").with("version", (long) VERSION);
    }

    static JsonLine session(String clientId, SessionState state) {
        JsonLine line = line("session", clientId)
                .with("principal", state.principal())
                .with("expirySeconds", state.expiryIntervalSeconds())
                .with("disconnectedAt", state.disconnectedAtMillis());
        Will will = state.will();
        if (will != null) {
            line.with("will", true);
            write(line, will.topic(), will.qos(), will.retain(), will.properties(), will.payload());
        }
        return line;
    }

    static SessionState state(JsonLine line) {
        Will will = line.has("will")
                ? new Will(
                        Topic.of(line.text("topic")),
                        payload(line.text("payload")),
                        qos(line, "qos"),
                        line.truth("retain"),
                        properties(line))
                : null;
        return new SessionState(
                line.text("principal"), line.number("expirySeconds"), line.number("disconnectedAt"), will);
    }

    static JsonLine subscription(String clientId, Subscription subscription) {
        return line("subscription", clientId)
                .with("filter", subscription.filter().text())
                .with("qos", (long) subscription.maximumQos().value())
                .with("noLocal", subscription.noLocal())
                .with("retainAsPublished", subscription.retainAsPublished())
                .with("retainHandling", (long) subscription.retainHandling().ordinal())
                .with("identifiers", subscription.identifiers());
    }

    static Subscription subscription(JsonLine line) {
        return new Subscription(
                TopicFilter.of(line.text("filter")),
                qos(line, "qos"),
                line.truth("noLocal"),
                line.truth("retainAsPublished"),
                RetainHandling.of((int) line.number("retainHandling")),
                identifiers(line));
    }

    static JsonLine inbound(String clientId, int packetId) {
        return line("inbound", clientId).with("packetId", (long) packetId);
    }

    static JsonLine outbound(String clientId, OutboundMessage outbound) {
        JsonLine line = line("outbound", clientId)
                .with("position", outbound.position())
                .with("grantedQos", (long) outbound.qos().value())
                .with("retainFlag", outbound.retain())
                .with("packetId", (long) outbound.packetId())
                .with("received", outbound.received())
                .with("identifiers", outbound.subscriptionIdentifiers());
        if (outbound.shared() != null) {
            line.with("shared", outbound.shared().text());
        }
        return write(line, outbound.message());
    }

    static OutboundMessage outbound(JsonLine line) {
        return new OutboundMessage(
                line.number("position"),
                message(line),
                qos(line, "grantedQos"),
                line.truth("retainFlag"),
                identifiers(line),
                line.has("shared") ? TopicFilter.of(line.text("shared")) : null,
                (int) line.number("packetId"),
                line.truth("received"));
    }

    static JsonLine retained(Message message) {
        return write(new JsonLine().with("type", "retained"), message);
    }

    static JsonLine end(long sessions, long messages, long retained) {
        return new JsonLine()
                .with("type", "end")
                .with("sessions", sessions)
                .with("messages", messages)
                .with("retained", retained);
    }

    static Message message(JsonLine line) {
        return new Message(
                Topic.of(line.text("topic")),
                payload(line.text("payload")),
                qos(line, "qos"),
                line.truth("retain"),
                properties(line),
                line.has("expiresAt") ? line.number("expiresAt") : Message.NEVER);
    }

    private static JsonLine line(String type, String clientId) {
        return new JsonLine().with("type", type).with("client", clientId);
    }

    private static JsonLine write(JsonLine line, Message message) {
        if (message.expiresAtMillis() != Message.NEVER) {
            line.with("expiresAt", message.expiresAtMillis());
        }
        return write(line, message.topic(), message.qos(), message.retain(), message.properties(), message.payload());
    }

    private static JsonLine write(
            JsonLine line, Topic topic, Qos qos, boolean retain, Properties properties, Payload payload) {
        line.with("topic", topic.name()).with("qos", (long) qos.value()).with("retain", retain);
        List<Object> values = new ArrayList<>();
        properties.forEach((property, value) -> {
            values.add((long) property.identifier());
            values.add(value instanceof Payload binary ? base64(binary) : value);
        });
        if (!values.isEmpty()) {
            line.with("properties", values);
        }
        List<Object> user = new ArrayList<>();
        properties.userProperties().forEach(each -> {
            user.add(each.name());
            user.add(each.value());
        });
        if (!user.isEmpty()) {
            line.with("user", user);
        }
        return line.with("payload", base64(payload));
    }

    private static Properties properties(JsonLine line) {
        Properties.Builder builder = Properties.builder();
        List<?> values = pairs(line, "properties");
        for (int i = 0; i < values.size(); i += 2) {
            Property property = values.get(i) instanceof Long identifier ? Property.of(identifier.intValue()) : null;
            Object value = values.get(i + 1);
            if (property != null && property.type().isNumber() && value instanceof Long number) {
                builder.number(property, number);
            } else if (property != null
                    && property.type() == Property.Type.BINARY_DATA
                    && value instanceof String text) {
                builder.binary(property, payload(text));
            } else if (property != null && value instanceof String text) {
                builder.text(property, text);
            } else {
                throw new IllegalArgumentException("\"properties\": " + values.get(i) + " cannot be " + value);
            }
        }
        List<?> user = pairs(line, "user");
        for (int i = 0; i < user.size(); i += 2) {
            builder.user(String.valueOf(user.get(i)), String.valueOf(user.get(i + 1)));
        }
        return builder.build();
    }

    private static List<?> pairs(JsonLine line, String key) {
        List<?> values = line.list(key);
        if (values.size() % 2 != 0) {
            throw new IllegalArgumentException("\"" + key + "\": expected pairs, got " + values.size() + " values");
        }
        return values;
    }

    private static List<Integer> identifiers(JsonLine line) {
        List<Integer> identifiers = new ArrayList<>();
        for (Object each : line.list("identifiers")) {
            identifiers.add(Math.toIntExact((Long) each));
        }
        return identifiers;
    }

    private static Qos qos(JsonLine line, String key) {
        return Qos.of((int) line.number(key));
    }

    private static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.toByteArray());
    }

    private static Payload payload(String base64) {
        return Payload.owning(Base64.getDecoder().decode(base64));
    }
}
