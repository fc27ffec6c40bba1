// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonCodeTest {

    /** Table 2-6 of MQTT 5.0, 2.4, copied from there; its three names for 0x00 are one. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "0x00, SUCCESS, CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH",
        "0x01, GRANTED_QOS_1, SUBACK",
        "0x02, GRANTED_QOS_2, SUBACK",
        "0x04, DISCONNECT_WITH_WILL_MESSAGE, DISCONNECT",
        "0x10, NO_MATCHING_SUBSCRIBERS, PUBACK PUBREC",
        "0x11, NO_SUBSCRIPTION_EXISTED, UNSUBACK",
        "0x18, CONTINUE_AUTHENTICATION, AUTH",
        "0x19, REAUTHENTICATE, AUTH",
        "0x80, UNSPECIFIED_ERROR, CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT",
        "0x81, MALFORMED_PACKET, CONNACK DISCONNECT",
        "0x82, PROTOCOL_ERROR, CONNACK DISCONNECT",
        "0x83, IMPLEMENTATION_SPECIFIC_ERROR, CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT",
        "0x84, UNSUPPORTED_PROTOCOL_VERSION, CONNACK",
        "0x85, CLIENT_IDENTIFIER_NOT_VALID, CONNACK",
        "0x86, BAD_USER_NAME_OR_PASSWORD, CONNACK",
        "0x87, NOT_AUTHORIZED, CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT",
        "0x88, SERVER_UNAVAILABLE, CONNACK",
        "0x89, SERVER_BUSY, CONNACK DISCONNECT",
        "0x8A, BANNED, CONNACK",
        "0x8B, SERVER_SHUTTING_DOWN, DISCONNECT",
        "0x8C, BAD_AUTHENTICATION_METHOD, CONNACK DISCONNECT",
        "0x8D, KEEP_ALIVE_TIMEOUT, DISCONNECT",
        "0x8E, SESSION_TAKEN_OVER, DISCONNECT",
        "0x8F, TOPIC_FILTER_INVALID, SUBACK UNSUBACK DISCONNECT",
        "0x90, TOPIC_NAME_INVALID, CONNACK PUBACK PUBREC DISCONNECT",
        "0x91, PACKET_IDENTIFIER_IN_USE, PUBACK PUBREC SUBACK UNSUBACK",
        "0x92, PACKET_IDENTIFIER_NOT_FOUND, PUBREL PUBCOMP",
        "0x93, RECEIVE_MAXIMUM_EXCEEDED, DISCONNECT",
        "0x94, TOPIC_ALIAS_INVALID, DISCONNECT",
        "0x95, PACKET_TOO_LARGE, CONNACK DISCONNECT",
        "0x96, MESSAGE_RATE_TOO_HIGH, DISCONNECT",
        "0x97, QUOTA_EXCEEDED, CONNACK PUBACK PUBREC SUBACK DISCONNECT",
        "0x98, ADMINISTRATIVE_ACTION, DISCONNECT",
        "0x99, PAYLOAD_FORMAT_INVALID, CONNACK PUBACK PUBREC DISCONNECT",
        "0x9A, RETAIN_NOT_SUPPORTED, CONNACK DISCONNECT",
        "0x9B, QOS_NOT_SUPPORTED, CONNACK DISCONNECT",
        "0x9C, USE_ANOTHER_SERVER, CONNACK DISCONNECT",
        "0x9D, SERVER_MOVED, CONNACK DISCONNECT",
        "0x9E, SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, SUBACK DISCONNECT",
        "0x9F, CONNECTION_RATE_EXCEEDED, CONNACK DISCONNECT",
        "0xA0, MAXIMUM_CONNECT_TIME, DISCONNECT",
        "0xA1, SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, SUBACK DISCONNECT",
        "0xA2, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, SUBACK DISCONNECT",
    })
    void shouldBeAsInTheTableOfTheSpecification(String value, ReasonCode code, String packets) {
        List<String> allowed = new ArrayList<>();
        for (PacketType packet : PacketType.values()) {
            if (code.allowedIn(packet)) {
                allowed.add(packet.name());
            }
        }
        assertEquals(Integer.decode(value), code.value());
        assertEquals(List.of(packets.split(" ")), allowed);
        assertEquals(code.value() >= 128, code.isError());
    }

    @Test
    void shouldHaveTheNumberOfCodesThatTheSpecificationHas() {
        assertEquals(43, ReasonCode.values().length);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeFoundWhereItIsAllowedOnly(ReasonCode code) {
        for (PacketType packet : PacketType.values()) {
            if (code.allowedIn(packet)) {
                assertSame(code, ReasonCode.of(code.value(), packet));
            } else {
                assertNull(ReasonCode.of(code.value(), packet));
            }
        }
    }

    /** What 3.4.2.1 to 3.7.2.1, 3.14.2.1 and 3.15.2.1 let a client send. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "PUBACK, 00 80 83 87 90 91 97 99",
        "PUBREC, 00 80 83 87 90 91 97 99",
        "PUBREL, 00 92",
        "PUBCOMP, 00 92",
        "DISCONNECT, 00 04 80 81 82 83 90 93 94 95 96 97 98 99",
        "AUTH, 18 19",
        "CONNACK, ''",
        "SUBACK, ''",
        "UNSUBACK, ''",
        "PUBLISH, ''",
    })
    void shouldBeOneThatAClientMaySendOrTheServersAlone(PacketType packet, String values) {
        List<String> allowed = new ArrayList<>();
        for (ReasonCode code : ReasonCode.values()) {
            if (code.allowedFromClient(packet)) {
                allowed.add("%02X".formatted(code.value()));
            }
        }
        assertEquals(values, String.join(" ", allowed));
    }

    @Test
    void shouldNotBeFoundWhenTheValueHasNoMeaning() {
        for (int value : new int[] {0x03, 0x05, 0x0F, 0x12, 0x17, 0x1A, 0x7F, 0xA3, 0xFF}) {
            for (PacketType packet : PacketType.values()) {
                assertNull(ReasonCode.of(value, packet));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGrantEachQos(Qos qos) {
        assertEquals(qos.value(), ReasonCode.granted(qos).value());
    }

    /** 3.1.1, table 3.1. */
    @ParameterizedTest
    @CsvSource({
        "SUCCESS, 0",
        "UNSUPPORTED_PROTOCOL_VERSION, 1",
        "CLIENT_IDENTIFIER_NOT_VALID, 2",
        "SERVER_UNAVAILABLE, 3",
        "SERVER_BUSY, 3",
        "QUOTA_EXCEEDED, 3",
        "BAD_USER_NAME_OR_PASSWORD, 4",
        "NOT_AUTHORIZED, 5",
        "BANNED, 5",
    })
    void shouldHaveTheNearestReturnCodeOfEarlierVersions(ReasonCode code, int returnCode) {
        assertEquals(returnCode, code.connectReturnCode());
    }

    @ParameterizedTest
    @EnumSource
    void shouldNeverTurnAnErrorIntoAnAcceptedConnection(ReasonCode code) {
        assertEquals(code == ReasonCode.SUCCESS, code.connectReturnCode() == 0);
    }
}
