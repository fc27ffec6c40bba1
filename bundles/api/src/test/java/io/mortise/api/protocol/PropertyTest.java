// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PropertyTest {

    /** Table 2-4 of MQTT 5.0, 2.2.2.2, copied from there. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "0x01, PAYLOAD_FORMAT_INDICATOR, BYTE, PUBLISH Will",
        "0x02, MESSAGE_EXPIRY_INTERVAL, FOUR_BYTE_INTEGER, PUBLISH Will",
        "0x03, CONTENT_TYPE, UTF_8_STRING, PUBLISH Will",
        "0x08, RESPONSE_TOPIC, UTF_8_STRING, PUBLISH Will",
        "0x09, CORRELATION_DATA, BINARY_DATA, PUBLISH Will",
        "0x0B, SUBSCRIPTION_IDENTIFIER, VARIABLE_BYTE_INTEGER, PUBLISH SUBSCRIBE",
        "0x11, SESSION_EXPIRY_INTERVAL, FOUR_BYTE_INTEGER, CONNECT CONNACK DISCONNECT",
        "0x12, ASSIGNED_CLIENT_IDENTIFIER, UTF_8_STRING, CONNACK",
        "0x13, SERVER_KEEP_ALIVE, TWO_BYTE_INTEGER, CONNACK",
        "0x15, AUTHENTICATION_METHOD, UTF_8_STRING, CONNECT CONNACK AUTH",
        "0x16, AUTHENTICATION_DATA, BINARY_DATA, CONNECT CONNACK AUTH",
        "0x17, REQUEST_PROBLEM_INFORMATION, BYTE, CONNECT",
        "0x18, WILL_DELAY_INTERVAL, FOUR_BYTE_INTEGER, Will",
        "0x19, REQUEST_RESPONSE_INFORMATION, BYTE, CONNECT",
        "0x1A, RESPONSE_INFORMATION, UTF_8_STRING, CONNACK",
        "0x1C, SERVER_REFERENCE, UTF_8_STRING, CONNACK DISCONNECT",
        "0x1F, REASON_STRING, UTF_8_STRING, CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH",
        "0x21, RECEIVE_MAXIMUM, TWO_BYTE_INTEGER, CONNECT CONNACK",
        "0x22, TOPIC_ALIAS_MAXIMUM, TWO_BYTE_INTEGER, CONNECT CONNACK",
        "0x23, TOPIC_ALIAS, TWO_BYTE_INTEGER, PUBLISH",
        "0x24, MAXIMUM_QOS, BYTE, CONNACK",
        "0x25, RETAIN_AVAILABLE, BYTE, CONNACK",
        "0x26, USER_PROPERTY, UTF_8_STRING_PAIR, CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE"
                + " SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH Will",
        "0x27, MAXIMUM_PACKET_SIZE, FOUR_BYTE_INTEGER, CONNECT CONNACK",
        "0x28, WILDCARD_SUBSCRIPTION_AVAILABLE, BYTE, CONNACK",
        "0x29, SUBSCRIPTION_IDENTIFIER_AVAILABLE, BYTE, CONNACK",
        "0x2A, SHARED_SUBSCRIPTION_AVAILABLE, BYTE, CONNACK",
    })
    void shouldBeAsInTheTableOfTheSpecification(
            String identifier, Property property, Property.Type type, String packets) {
        List<String> allowed = new ArrayList<>();
        for (PacketType packet : PacketType.values()) {
            if (property.allowedIn(packet)) {
                allowed.add(packet.name());
            }
        }
        if (property.allowedInWill()) {
            allowed.add("Will");
        }
        assertEquals(Integer.decode(identifier), property.identifier());
        assertEquals(type, property.type());
        assertEquals(List.of(packets.split(" ")), allowed);
    }

    @Test
    void shouldHaveTheNumberOfPropertiesThatTheSpecificationHas() {
        assertEquals(27, Property.values().length);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeFoundByItsIdentifier(Property property) {
        assertSame(property, Property.of(property.identifier()));
    }

    @Test
    void shouldNotBeFoundByAnIdentifierThatIsNotDefined() {
        long found = 0;
        for (int identifier = -1_000; identifier < 1_000; identifier++) {
            found += Property.of(identifier) == null ? 0 : 1;
        }
        assertEquals(Property.values().length, found);
        assertNull(Property.of(0x00));
        assertNull(Property.of(0x2B));
        assertNull(Property.of(Integer.MAX_VALUE));
    }

    @Test
    void shouldBeRepeatableWhereTheSpecificationSaysSo() {
        List<String> repeatable = new ArrayList<>();
        for (Property property : Property.values()) {
            for (PacketType packet : PacketType.values()) {
                if (property.allowedIn(packet) && property.repeatableIn(packet)) {
                    repeatable.add(property + " in " + packet);
                }
            }
        }
        assertTrue(repeatable.remove("SUBSCRIPTION_IDENTIFIER in PUBLISH"));
        assertEquals(13, repeatable.size());
        assertTrue(repeatable.stream().allMatch(one -> one.startsWith("USER_PROPERTY in ")));
        assertFalse(Property.SUBSCRIPTION_IDENTIFIER.repeatableIn(PacketType.SUBSCRIBE));
    }

    @Test
    void shouldKnowWhichTypesAreNumbers() {
        assertEquals(
                List.of("BYTE", "TWO_BYTE_INTEGER", "FOUR_BYTE_INTEGER", "VARIABLE_BYTE_INTEGER"),
                Arrays.stream(Property.Type.values())
                        .filter(Property.Type::isNumber)
                        .map(Enum::name)
                        .toList());
    }
}
