// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.SessionRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one broker leaves to the next about a connection that outlives it.
 *
 * @param connect the CONNECT, if it has arrived: with its password while it is not answered, without it later
 * @param established what came of it, if it was answered
 */
public record HandOver(@Nullable Connect connect, @Nullable Established established) {

    /** Of a connection on which nothing has arrived yet. */
    public static final HandOver NOTHING_YET = new HandOver(null, null);

    /**
     * A connection whose CONNECT was accepted.
     *
     * @param identity who the client is
     * @param agreement what holds on this connection, whatever the configuration has become since
     * @param connectedAtMillis when it was accepted, in milliseconds since the epoch
     * @param session its session, with everything that waits for the client
     * @param inboundAliases which topic each topic alias of the client stands for
     */
    public record Established(
            Identity identity,
            Agreement agreement,
            long connectedAtMillis,
            SessionRecord session,
            Map<Integer, Topic> inboundAliases) {

        /** Copies the map. */
        public Established {
            inboundAliases = Map.copyOf(inboundAliases);
        }
    }

    /**
     * What the client was told when it connected, or may take for granted.
     *
     * @param keepAliveSeconds the keep-alive in force: the client's, or the Server Keep Alive (MQTT 5.0, 3.2.2.3.14); 0 for
     *     none
     * @param receiveMaximum how many messages at QoS 1 and 2 it may send before it waits for an acknowledgement (3.2.2.3.3);
     *     1 to 65,535
     * @param topicAliasMaximum the highest topic alias that it may use (3.2.2.3.8); 0 to 65,535
     * @param capabilities what the server offers
     */
    public record Agreement(
            int keepAliveSeconds, int receiveMaximum, int topicAliasMaximum, Capabilities capabilities) {}

    /**
     * What the server offers to a client, and the CONNACK tells it (MQTT 5.0, 3.2.2.3).
     *
     * @param maximumQos the highest QoS of a message in either direction (3.2.2.3.4)
     * @param retain whether messages may be retained (3.2.2.3.5)
     * @param wildcardSubscriptions whether a topic filter may have wildcards (3.2.2.3.11)
     * @param subscriptionIdentifiers whether a subscription may have an identifier (3.2.2.3.12)
     * @param sharedSubscriptions whether a subscription may be shared (3.2.2.3.13)
     */
    public record Capabilities(
            Qos maximumQos,
            boolean retain,
            boolean wildcardSubscriptions,
            boolean subscriptionIdentifiers,
            boolean sharedSubscriptions) {

        /** All that the specification has. */
        public static final Capabilities ALL = new Capabilities(Qos.EXACTLY_ONCE, true, true, true, true);
    }
}
