// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** An MQTT control packet: one record a type (MQTT 5.0, 3). Immutable; any thread. */
public sealed interface Packet
        permits Connect,
                ConnAck,
                Publish,
                PubAck,
                PubRec,
                PubRel,
                PubComp,
                Subscribe,
                SubAck,
                Unsubscribe,
                UnsubAck,
                PingReq,
                PingResp,
                Disconnect,
                Auth {

    /** Which packet it is. */
    PacketType type();
}
