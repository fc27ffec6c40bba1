// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * netty's MQTT decoder and encoder for one version of the protocol, outside any pipeline.
 *
 * <p>Owned by one event loop, serves all its connections: netty's decoder belongs to a channel and remembers the version
 * there, which would cost each idle connection a decoder; but since it is given whole packets only, it has nothing else to
 * remember between two of them. The channel is made with the first packet, and anew after a packet that netty refused,
 * since its decoder takes none after that. Between two calls it holds no buffer, so it can be dropped without being closed.
 */
final class NettyMqtt {
    private static final int LARGEST_PACKET = 1 + 4 + DataTypes.LARGEST_VARIABLE_BYTE_INTEGER;
    private static final int LONGEST_CLIENT_IDENTIFIER = 65_535; // how long it may be is Strictness' matter

    private final MqttVersion version;
    private @Nullable EmbeddedChannel channel;

    NettyMqtt(ProtocolVersion version) {
        this.version = switch (version) {
            case MQTT_3_1 -> MqttVersion.MQTT_3_1;
            case MQTT_3_1_1 -> MqttVersion.MQTT_3_1_1;
            case MQTT_5 -> MqttVersion.MQTT_5;
        };
    }

    /**
     * Reads one packet.
     *
     * @param packet all of it; is released
     * @throws io.mortise.api.protocol.ProtocolViolation if netty cannot read it
     */
    MqttMessage read(ByteBuf packet) {
        EmbeddedChannel reading = channel();
        MqttMessage message;
        try {
            reading.writeInbound(packet);
            message = reading.readInbound();
        } catch (RuntimeException refused) {
            discard(reading);
            throw Violations.malformed("a packet expected, got bytes that are none: " + refused.getMessage());
        } catch (Error fault) {
            discard(reading); // all connections of this event loop read with it
            throw fault;
        }
        if (message == null) {
            discard(reading);
            throw Violations.malformed("a whole packet expected, got a part");
        }
        if (message.decoderResult().isFailure()) {
            discard(reading);
            throw Violations.malformed("a packet expected, got bytes that are none: "
                    + message.decoderResult().cause().getMessage());
        }
        return message;
    }

    /**
     * Writes one packet.
     *
     * @return a buffer that the caller releases
     */
    ByteBuf write(MqttMessage message) {
        EmbeddedChannel writing = channel();
        try {
            writing.writeOutbound(message);
            return writing.readOutbound();
        } catch (RuntimeException unwritable) {
            discard(writing);
            throw new IllegalStateException("netty cannot write " + message.fixedHeader(), unwritable);
        } catch (Error fault) {
            discard(writing);
            throw fault;
        }
    }

    private EmbeddedChannel channel() {
        EmbeddedChannel open = channel;
        if (open == null) {
            open = new EmbeddedChannel(
                    new MqttDecoder(LARGEST_PACKET, LONGEST_CLIENT_IDENTIFIER), MqttEncoder.INSTANCE);
            speak(open);
            channel = open;
        }
        return open;
    }

    /** Lets a CONNECT go by, from which netty learns the version. */
    private void speak(EmbeddedChannel open) {
        open.writeOutbound(MqttMessageBuilders.connect()
                .protocolVersion(version)
                .clientId("mortise")
                .cleanSession(true)
                .build());
        ByteBuf connect = open.readOutbound();
        connect.release();
    }

    private void discard(EmbeddedChannel broken) {
        channel = null;
        try {
            broken.finishAndReleaseAll();
        } catch (DecoderException | Error alreadySaid) {
            // its decoder says once more, on closing, what is wrong with the bytes that it has left
        }
    }
}
