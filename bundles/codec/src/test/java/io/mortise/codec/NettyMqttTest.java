// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttMessageType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyMqttTest {
    private final NettyMqtt netty = new NettyMqtt(ProtocolVersion.MQTT_5);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "E0 01 -- a part",
                "82 05 00 01 00 00 -- a part",
                "F1 00 -- flags",
                "E0 05 00 7F 00 00 00 -- a property length too large",
                "82 02 00 00 -- packet 0",
                ""
            })
    void shouldReleaseTheBytesThatItRefusesAndReadOn(String lines) {
        for (int i = 0; i < 3; i++) {
            ByteBuf refused = packet(lines).retain();
            ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> netty.read(refused));
            assertEquals(ReasonCode.MALFORMED_PACKET, violation.reasonCode());
            assertEquals(1, refused.refCnt());
            refused.release();

            ByteBuf good = packet("E0 00").retain();
            assertEquals(
                    MqttMessageType.DISCONNECT, netty.read(good).fixedHeader().messageType());
            assertEquals(1, good.refCnt());
            good.release();
        }
    }

    private static ByteBuf packet(String lines) {
        return PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(Wire.bytes(lines));
    }
}
