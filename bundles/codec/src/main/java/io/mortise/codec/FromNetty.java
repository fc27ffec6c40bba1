// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.api.protocol.Will;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns netty's messages, read from bytes that {@link Strictness} let pass, into packets. Any thread. */
final class FromNetty {
    private FromNetty() {}

    static Connect connect(MqttMessage message, ProtocolVersion version) {
        MqttConnectVariableHeader header = ((MqttConnectMessage) message).variableHeader();
        MqttConnectPayload payload = ((MqttConnectMessage) message).payload();
        return new Connect(
                version,
                header.isCleanSession(),
                header.keepAliveTimeSeconds(),
                payload.clientIdentifier(),
                header.isWillFlag() ? will(header, payload) : null,
                header.hasUserName() ? payload.userName() : null,
                header.hasPassword() ? Payload.owning(payload.passwordInBytes()) : null,
                properties(header.properties()));
    }

    private static Will will(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        String topic = payload.willTopic();
        if (topic == null) {
            // netty does not read longer ones; 3.2.2.2: well formed, but not accepted
            throw new ProtocolViolation(
                    ReasonCode.TOPIC_NAME_INVALID, "will topic: at most 32767 bytes expected, got more");
        }
        return new Will(
                Topic.of(topic),
                Payload.owning(payload.willMessageInBytes()),
                Qos.of(header.willQos()),
                header.isWillRetain(),
                properties(payload.willProperties()));
    }

    static Subscribe subscribe(MqttMessage message) {
        MqttSubscribeMessage subscribe = (MqttSubscribeMessage) message;
        MqttProperties properties = subscribe.idAndPropertiesVariableHeader().properties();
        List<Integer> identifiers = subscriptionIdentifiers(properties);
        List<MqttTopicSubscription> requested = subscribe.payload().topicSubscriptions();
        List<Subscription> subscriptions = new ArrayList<>(requested.size());
        for (MqttTopicSubscription each : requested) {
            MqttSubscriptionOption option = each.option();
            subscriptions.add(new Subscription(
                    TopicFilter.of(each.topicFilter()),
                    Qos.of(option.qos().value()),
                    option.isNoLocal(),
                    option.isRetainAsPublished(),
                    RetainHandling.of(option.retainHandling().value()),
                    identifiers));
        }
        return new Subscribe(subscribe.variableHeader().messageId(), subscriptions, properties(properties));
    }

    static Unsubscribe unsubscribe(MqttMessage message) {
        MqttUnsubscribeMessage unsubscribe = (MqttUnsubscribeMessage) message;
        List<String> texts = unsubscribe.payload().topics();
        List<TopicFilter> filters = new ArrayList<>(texts.size());
        for (String text : texts) {
            filters.add(TopicFilter.of(text));
        }
        return new Unsubscribe(
                unsubscribe.variableHeader().messageId(),
                filters,
                properties(unsubscribe.idAndPropertiesVariableHeader().properties()));
    }

    static Disconnect disconnect(MqttMessage message) {
        return new Disconnect(reasonCode(message, PacketType.DISCONNECT), reasonProperties(message));
    }

    static Auth auth(MqttMessage message) {
        return new Auth(reasonCode(message, PacketType.AUTH), reasonProperties(message));
    }

    private static ReasonCode reasonCode(MqttMessage message, PacketType type) {
        int value = reasonHeader(message).reasonCode();
        ReasonCode reasonCode = ReasonCode.of(value & 0xFF, type);
        if (reasonCode == null) {
            throw new IllegalStateException("a reason code that Strictness let pass: " + value);
        }
        return reasonCode;
    }

    private static Properties reasonProperties(MqttMessage message) {
        return properties(reasonHeader(message).properties());
    }

    private static MqttReasonCodeAndPropertiesVariableHeader reasonHeader(MqttMessage message) {
        return (MqttReasonCodeAndPropertiesVariableHeader) message.variableHeader();
    }

    /** All but subscription identifiers, which belong to the {@link Subscription}s. */
    static Properties properties(MqttProperties properties) {
        if (properties.isEmpty()) {
            return Properties.NONE;
        }
        Properties.Builder builder = Properties.builder();
        for (MqttProperty<?> each : properties.listAll()) {
            Property property = known(each);
            switch (property.type()) {
                case BYTE, TWO_BYTE_INTEGER, FOUR_BYTE_INTEGER ->
                    builder.number(property, Integer.toUnsignedLong((Integer) each.value()));
                case VARIABLE_BYTE_INTEGER -> {} // the subscription identifier
                case UTF_8_STRING -> builder.text(property, (String) each.value());
                case UTF_8_STRING_PAIR -> {
                    for (MqttProperties.StringPair pair : ((MqttProperties.UserProperties) each).value()) {
                        builder.user(pair.key, pair.value);
                    }
                }
                case BINARY_DATA -> builder.binary(property, Payload.owning((byte[]) each.value()));
            }
        }
        return builder.build();
    }

    private static List<Integer> subscriptionIdentifiers(MqttProperties properties) {
        @Nullable MqttProperty<?> identifier = properties.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER);
        return identifier == null ? List.of() : List.of((Integer) identifier.value());
    }

    private static Property known(MqttProperty<?> property) {
        Property known = Property.of(property.propertyId());
        if (known == null) {
            throw new IllegalStateException("a property that Strictness let pass: " + property.propertyId());
        }
        return known;
    }
}
