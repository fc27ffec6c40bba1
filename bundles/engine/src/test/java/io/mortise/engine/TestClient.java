// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.api.protocol.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client says and hears on one {@link TestConnection}. */
final class TestClient {
    final TestConnection wire;

    TestClient(TestConnection wire) {
        this.wire = wire;
    }

    /** A CONNECT that a test may adjust. */
    static final class Opening {
        private final String clientId;
        private ProtocolVersion version = ProtocolVersion.MQTT_5;
        private boolean cleanStart;
        private int keepAliveSeconds;
        private @Nullable Will will;
        private @Nullable String username;
        private final Properties.Builder properties = Properties.builder();

        Opening(String clientId) {
            this.clientId = clientId;
        }

        Opening version(ProtocolVersion value) {
            version = value;
            return this;
        }

        Opening cleanStart() {
            cleanStart = true;
            return this;
        }

        Opening keepAlive(int seconds) {
            keepAliveSeconds = seconds;
            return this;
        }

        Opening user(String name) {
            username = name;
            return this;
        }

        Opening expiry(long seconds) {
            return with(Property.SESSION_EXPIRY_INTERVAL, seconds);
        }

        Opening with(Property property, long value) {
            properties.number(property, value);
            return this;
        }

        Opening with(Property property, String value) {
            properties.text(property, value);
            return this;
        }

        Opening with(Property property, Payload value) {
            properties.binary(property, value);
            return this;
        }

        Opening will(String topic, long delaySeconds) {
            Properties delay = delaySeconds == 0
                    ? Properties.NONE
                    : Properties.builder()
                            .number(Property.WILL_DELAY_INTERVAL, delaySeconds)
                            .build();
            will = new Will(Topic.of(topic), Payload.of("gone"), Qos.AT_LEAST_ONCE, false, delay);
            return this;
        }

        Opening will(Will value) {
            will = value;
            return this;
        }

        Connect build() {
            return new Connect(
                    version, cleanStart, keepAliveSeconds, clientId, will, username, null, properties.build());
        }
    }

    static Message message(String topic, String text, Qos qos, boolean retain) {
        return new Message(Topic.of(topic), Payload.of(text), qos, retain);
    }

    TestClient say(Packet... packets) {
        wire.arrive(packets);
        return this;
    }

    TestClient publish(String topic, String text) {
        return say(new Publish(message(topic, text, Qos.AT_MOST_ONCE, false), 0));
    }

    TestClient publish(String topic, String text, Qos qos, int packetId) {
        return say(new Publish(message(topic, text, qos, false), packetId));
    }

    TestClient retain(String topic, String text) {
        return say(new Publish(message(topic, text, Qos.AT_LEAST_ONCE, true), 77));
    }

    TestClient subscribe(String filter, Qos qos) {
        return subscribe(new Subscription(TopicFilter.of(filter), qos));
    }

    TestClient subscribe(String filter, Qos qos, RetainHandling handling) {
        return subscribe(new Subscription(TopicFilter.of(filter), qos, false, false, handling, List.of()));
    }

    TestClient subscribe(Subscription... subscriptions) {
        int before = heard(SubAck.class).size();
        say(new Subscribe(5, List.of(subscriptions), Properties.NONE));
        await().until(() -> heard(SubAck.class).size() > before);
        return this;
    }

    TestClient unsubscribe(String filter) {
        return say(new Unsubscribe(6, List.of(TopicFilter.of(filter)), Properties.NONE));
    }

    TestClient disconnect() {
        say(new Disconnect(ReasonCode.SUCCESS));
        await().until(wire::isClosed);
        return this;
    }

    /** Acknowledges and completes by itself from now on, as subscriber and as publisher. */
    TestClient automatic() {
        wire.reaction(TestClient::answer);
        return this;
    }

    private static @Nullable Packet answer(Packet packet) {
        if (packet instanceof Publish publish) {
            return switch (publish.qos()) {
                case AT_MOST_ONCE -> null;
                case AT_LEAST_ONCE -> new PubAck(publish.packetId());
                case EXACTLY_ONCE -> new PubRec(publish.packetId());
            };
        }
        if (packet instanceof PubRel pubRel) {
            return new PubComp(pubRel.packetId());
        }
        return packet instanceof PubRec pubRec && !pubRec.reasonCode().isError() ? new PubRel(pubRec.packetId()) : null;
    }

    /** The first answer to these. */
    TestClient acknowledge(Publish... publishes) {
        for (Publish publish : publishes) {
            say(publish.qos() == Qos.AT_LEAST_ONCE ? new PubAck(publish.packetId()) : new PubRec(publish.packetId()));
        }
        return this;
    }

    TestClient complete(int packetId) {
        return say(new PubComp(packetId));
    }

    <P extends Packet> List<P> heard(Class<P> type) {
        return wire.sent().stream().filter(type::isInstance).map(type::cast).toList();
    }

    <P extends Packet> P hear(Class<P> type) {
        return hear(type, 1).get(0);
    }

    /** At least so many of them. */
    <P extends Packet> List<P> hear(Class<P> type, int count) {
        await(type.getSimpleName()).until(() -> heard(type).size() >= count);
        return heard(type);
    }

    List<Publish> publishes() {
        return heard(Publish.class);
    }

    List<String> texts() {
        return publishes().stream()
                .map(publish -> publish.message().payload().toText())
                .toList();
    }

    ConnAck connAck() {
        return hear(ConnAck.class);
    }
}
