// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.HandOver.Agreement;
import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Qos;
import io.mortise.api.store.SessionState;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which a client connects: what it asked for, within what is configured, and how its CONNACK says so (MQTT 5.0,
 * 3.2.2.3). Immutable; any thread.
 */
final class Terms {
    private static final int UNLIMITED = 65_535;

    private final Settings settings;
    private final Offer offer;
    private final Connect connect;
    private final boolean v5;

    Terms(Settings settings, Offer offer, Connect connect) {
        this.settings = settings;
        this.offer = offer;
        this.connect = connect;
        this.v5 = connect.version().hasProperties();
    }

    /** The session expiry interval that the client gets, in seconds. */
    long expiryIntervalSeconds() {
        long asked = v5
                ? connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)
                : connect.cleanStart() ? 0 : SessionState.FOR_EVER;
        return Math.min(asked, settings.session().expiryMaximumSeconds());
    }

    /** What holds on the connection. */
    Agreement agreement() {
        int asked = connect.keepAliveSeconds();
        int maximum = settings.connection().keepAliveMaximumSeconds();
        boolean within = asked > 0 && asked <= maximum;
        // 3.2.2.3: only a 5.0 client can be told another keep-alive, and the other limits
        return new Agreement(
                within || !v5 || maximum == UNLIMITED ? asked : maximum,
                v5 ? settings.connection().receiveMaximum() : UNLIMITED,
                v5 ? settings.connection().topicAliasMaximum() : 0,
                offer.capabilities());
    }

    /** How many topic aliases the broker may give the client; 0 for none. */
    int outboundTopicAliasMaximum() {
        return (int) Math.min(
                connect.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0), offer.outboundTopicAliasMaximum());
    }

    /**
     * The properties of the CONNACK that accepts the client.
     *
     * @param sent the CONNECT as the client sent it, which is told what is otherwise
     * @param clientId the client identifier of the session
     * @param maximumPacketSize of the largest packet that is let in, in bytes
     * @param authenticationData what tells the client how its authentication went, if there is something to tell
     */
    Properties connAck(Connect sent, String clientId, int maximumPacketSize, @Nullable Payload authenticationData) {
        if (!v5) {
            return Properties.NONE;
        }
        Agreement agreement = agreement();
        String method = connect.properties().text(Property.AUTHENTICATION_METHOD);
        Properties.Builder properties =
                method == null ? Properties.builder() : AuthExchange.properties(method, authenticationData);
        long expiry = expiryIntervalSeconds();
        if (sent.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0) != expiry) {
            properties.number(Property.SESSION_EXPIRY_INTERVAL, expiry);
        }
        properties.number(Property.RECEIVE_MAXIMUM, agreement.receiveMaximum());
        properties.number(Property.MAXIMUM_PACKET_SIZE, maximumPacketSize);
        if (sent.clientId().isEmpty()) {
            properties.text(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        if (agreement.topicAliasMaximum() > 0) {
            properties.number(Property.TOPIC_ALIAS_MAXIMUM, agreement.topicAliasMaximum());
        }
        if (agreement.keepAliveSeconds() != sent.keepAliveSeconds()) {
            properties.number(Property.SERVER_KEEP_ALIVE, agreement.keepAliveSeconds());
        }
        if (connect.properties().number(Property.REQUEST_RESPONSE_INFORMATION, 0) == 1
                && !offer.responseInformation().isEmpty()) {
            properties.text(Property.RESPONSE_INFORMATION, offer.responseInformation());
        }
        addCapabilities(agreement.capabilities(), properties);
        return properties.build();
    }

    /** Says what is not offered; what is not mentioned is. */
    private static void addCapabilities(Capabilities offered, Properties.Builder properties) {
        if (offered.maximumQos() != Qos.EXACTLY_ONCE) {
            properties.number(Property.MAXIMUM_QOS, offered.maximumQos().value());
        }
        if (!offered.retain()) {
            properties.number(Property.RETAIN_AVAILABLE, 0);
        }
        if (!offered.wildcardSubscriptions()) {
            properties.number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 0);
        }
        if (!offered.subscriptionIdentifiers()) {
            properties.number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
        }
        if (!offered.sharedSubscriptions()) {
            properties.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0);
        }
    }
}
