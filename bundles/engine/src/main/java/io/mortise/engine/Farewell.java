// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ReasonCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one client is told when it may not connect (MQTT 5.0, 3.2.2.2), or when its connection ends (3.14.2.1), as far as it can
 * be told; counted and logged.
 *
 * <p>Used on the home thread of its connection.
 */
final class Farewell {
    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    private final Connection connection;
    private final Counters counters;

    Farewell(Connection connection, Counters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    /**
     * Refuses a client.
     *
     * @param name what the log calls it
     * @param connect its CONNECT; {@code null} if none has come that could be read
     */
    void refuse(String name, @Nullable Connect connect, ReasonCode reasonCode, String reason, Properties said) {
        counters.answered(PacketType.CONNACK, reasonCode);
        LOG.info("{} refused from {}: {} ({})", name, connection.remoteAddress(), reason, reasonCode);
        boolean understood = connect != null
                || reasonCode == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || reasonCode == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
        if (understood && reasonCode.allowedIn(PacketType.CONNACK)) {
            connection.send(new ConnAck(false, reasonCode, said));
        }
    }

    /**
     * Says goodbye to a client.
     *
     * @param name what the log calls it
     * @param heard whether it is connected, and would understand a DISCONNECT
     */
    void disconnect(String name, boolean heard, ReasonCode reasonCode, String reason, Properties said) {
        counters.answered(PacketType.DISCONNECT, reasonCode);
        LOG.info("{} disconnected: {} ({})", name, reason, reasonCode);
        if (heard) {
            ReasonCode code = reasonCode.allowedIn(PacketType.DISCONNECT) ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
            connection.send(new Disconnect(code, said));
        }
    }

    /** The reason, in words, for a client that wants problem information (3.1.2.11.7). */
    static Properties problem(@Nullable Connect connect, @Nullable String reason) {
        if (reason == null
                || connect == null
                || !connect.version().hasProperties()
                || connect.properties().number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 0) {
            return Properties.NONE;
        }
        return Properties.builder().text(Property.REASON_STRING, reason).build();
    }

    /** Where the client is to go, if it can be told (3.2.2.3.16, 3.14.2.2.5). */
    static Properties to(@Nullable Connect connect, Referral referral) {
        return connect != null && connect.version().hasProperties()
                ? Properties.builder()
                        .text(Property.SERVER_REFERENCE, referral.server())
                        .build()
                : Properties.NONE;
    }
}
