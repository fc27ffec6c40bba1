// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.HandOver.Agreement;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.store.SessionState;

/**
 * The terms on which a client connects: what it asked for, within what is configured, and how its CONNACK says so (MQTT 5.0,
 * 3.2.2.3). Immutable; any thread.
 */
final class Terms {
    private static final int UNLIMITED = 65_535;

    private final Settings settings;
    private final Connect connect;
    private final boolean v5;

    Terms(Settings settings, Connect connect) {
        this.settings = settings;
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
                v5 ? settings.connection().topicAliasMaximum() : 0);
    }

    /**
     * The properties of the CONNACK that accepts the client.
     *
     * @param clientId the client identifier of the session
     * @param maximumPacketSize of the largest packet that is let in, in bytes
     */
    Properties connAck(String clientId, int maximumPacketSize) {
        if (!v5) {
            return Properties.NONE;
        }
        Agreement agreement = agreement();
        Properties.Builder properties = Properties.builder();
        long expiry = expiryIntervalSeconds();
        if (connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0) != expiry) {
            properties.number(Property.SESSION_EXPIRY_INTERVAL, expiry);
        }
        properties.number(Property.RECEIVE_MAXIMUM, agreement.receiveMaximum());
        properties.number(Property.MAXIMUM_PACKET_SIZE, maximumPacketSize);
        if (connect.clientId().isEmpty()) {
            properties.text(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        if (agreement.topicAliasMaximum() > 0) {
            properties.number(Property.TOPIC_ALIAS_MAXIMUM, agreement.topicAliasMaximum());
        }
        if (agreement.keepAliveSeconds() != connect.keepAliveSeconds()) {
            properties.number(Property.SERVER_KEEP_ALIVE, agreement.keepAliveSeconds());
        }
        return properties.build();
    }
}
