// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static io.mortise.api.protocol.ProtocolVersion.MQTT_3_1;
import static io.mortise.api.protocol.ProtocolVersion.MQTT_3_1_1;
import static io.mortise.api.protocol.ProtocolVersion.MQTT_5;
import static io.mortise.api.protocol.Qos.AT_LEAST_ONCE;
import static io.mortise.api.protocol.Qos.AT_MOST_ONCE;
import static io.mortise.api.protocol.Qos.EXACTLY_ONCE;
import static io.mortise.api.protocol.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static io.mortise.api.protocol.ReasonCode.MALFORMED_PACKET;
import static io.mortise.api.protocol.ReasonCode.PROTOCOL_ERROR;
import static io.mortise.api.protocol.ReasonCode.QUOTA_EXCEEDED;
import static io.mortise.api.protocol.ReasonCode.SUCCESS;
import static io.mortise.api.protocol.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.mortise.api.protocol.ReasonCode.TOPIC_FILTER_INVALID;
import static io.mortise.api.protocol.ReasonCode.TOPIC_NAME_INVALID;
import static io.mortise.api.protocol.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.UnsubAck;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.api.protocol.Will;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one table of packets, good and malformed, for decoder and encoder. */
final class Packets {

    /** When every test takes place, in milliseconds since the epoch. */
    static final long NOW = 1_700_000_000_000L;

    /** As configured by default. */
    static final Policy POLICY = new Policy(64, 16 * 1024, true);

    enum Way {
        FROM_CLIENT,
        TO_CLIENT,
        BOTH
    }

    /**
     * A packet and its bytes.
     *
     * @param version what is spoken; {@code null} before the CONNECT
     */
    record Good(String name, Way way, @Nullable ProtocolVersion version, String lines, Packet packet) {
        byte[] bytes() {
            return Wire.bytes(lines);
        }

        @Override
        public String toString() {
            return name + ", " + version;
        }
    }

    /** Bytes that a client must not send. */
    record Bad(String name, @Nullable ProtocolVersion version, ReasonCode reasonCode, String lines) {
        byte[] bytes() {
            return Wire.bytes(lines);
        }

        @Override
        public String toString() {
            return name + ", " + version;
        }
    }

    private Packets() {}

    static List<Good> good() {
        List<Good> all = new ArrayList<>();
        connects(all);
        publishes(all);
        acknowledgements(all);
        subscriptions(all);
        ends(all);
        answers(all);
        return all;
    }

    private static void connects(List<Good> all) {
        all.add(new Good(
                "smallest CONNECT",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 04 'MQTT' 04   -- protocol name and level
                02                -- clean session
                00 00             -- keep alive
                00 00             -- client identifier
                """,
                new Connect(MQTT_3_1_1, true, 0, "", null, null, null, Properties.NONE)));
        all.add(new Good(
                "CONNECT with everything",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 04 'MQTT' 04
                F4                -- user name, password, will retain, will QoS 2, will
                FF FF             -- keep alive
                00 03 'abc'       -- client identifier
                00 03 'w/t'       -- will topic
                00 02 00 FF       -- will message
                00 02 'me'        -- user name
                00 02 'pw'        -- password
                """,
                new Connect(
                        MQTT_3_1_1,
                        false,
                        65_535,
                        "abc",
                        new Will(
                                Topic.of("w/t"),
                                Payload.of((byte) 0, (byte) 0xFF),
                                EXACTLY_ONCE,
                                true,
                                Properties.NONE),
                        "me",
                        Payload.of("pw"),
                        Properties.NONE)));
        all.add(new Good(
                "CONNECT of MQTT 3.1",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 06 'MQIsdp' 03
                03                -- clean session; the reserved flag is not used in 3.1
                00 3C
                00 17 'abcdefghijklmnopqrstuvw' -- 23 bytes
                """,
                new Connect(MQTT_3_1, true, 60, "abcdefghijklmnopqrstuvw", null, null, null, Properties.NONE)));
        all.add(new Good(
                "CONNECT of MQTT 3.1 that lacks what its flags announce",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 06 'MQIsdp' 03
                C2                -- user name, password, clean session
                00 3C
                00 01 'a'
                """,
                new Connect(MQTT_3_1, true, 60, "a", null, null, null, Properties.NONE)));
        all.add(new Good(
                "CONNECT of MQTT 3.1 that lacks a password",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 06 'MQIsdp' 03
                C2
                00 3C
                00 01 'a'
                00 02 'me'
                """,
                new Connect(MQTT_3_1, true, 60, "a", null, "me", null, Properties.NONE)));
        all.add(new Good(
                "CONNECT with all properties",
                Way.FROM_CLIENT,
                null,
                """
                10 remaining
                00 04 'MQTT' 05
                6E                -- password without user name, will retain, will QoS 1, will, clean start
                00 0A
                2A                -- property length
                11 FF FF FF FF    -- session expiry interval
                15 00 01 'm'      -- authentication method
                16 00 02 01 02    -- authentication data
                17 00             -- request problem information
                19 01             -- request response information
                21 00 14          -- receive maximum
                22 FF FF          -- topic alias maximum
                26 00 01 'k' 00 01 'v'
                26 00 01 'k' 00 00
                27 00 00 10 00    -- maximum packet size
                00 00             -- client identifier
                26                -- length of the will properties
                01 01             -- payload format indicator
                02 00 00 00 05    -- message expiry interval
                03 00 01 't'      -- content type
                08 00 03 'r/t'    -- response topic
                09 00 02 FE FF    -- correlation data
                18 00 00 00 0A    -- will delay interval
                26 00 02 C3 A9 00 04 F0 9F 8E B8
                00 01 'w'
                00 00             -- no will payload
                00 01 '*'
                """,
                new Connect(
                        MQTT_5,
                        true,
                        10,
                        "",
                        new Will(
                                Topic.of("w"),
                                Payload.EMPTY,
                                AT_LEAST_ONCE,
                                true,
                                Properties.builder()
                                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 5)
                                        .text(Property.CONTENT_TYPE, "t")
                                        .text(Property.RESPONSE_TOPIC, "r/t")
                                        .binary(Property.CORRELATION_DATA, Payload.of((byte) 0xFE, (byte) 0xFF))
                                        .number(Property.WILL_DELAY_INTERVAL, 10)
                                        .user("é", "\uD83C\uDFB8")
                                        .build()),
                        null,
                        Payload.of("*"),
                        Properties.builder()
                                .number(Property.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL)
                                .text(Property.AUTHENTICATION_METHOD, "m")
                                .binary(Property.AUTHENTICATION_DATA, Payload.of((byte) 1, (byte) 2))
                                .number(Property.REQUEST_PROBLEM_INFORMATION, 0)
                                .number(Property.REQUEST_RESPONSE_INFORMATION, 1)
                                .number(Property.RECEIVE_MAXIMUM, 20)
                                .number(Property.TOPIC_ALIAS_MAXIMUM, 65_535)
                                .user("k", "v")
                                .user("k", "")
                                .number(Property.MAXIMUM_PACKET_SIZE, 4096)
                                .build())));
    }

    private static void publishes(List<Good> all) {
        for (ProtocolVersion version : List.of(MQTT_3_1, MQTT_3_1_1)) {
            all.add(new Good(
                    "PUBLISH at QoS 0",
                    Way.BOTH,
                    version,
                    """
                    30 remaining
                    00 03 'a/b'   -- topic name
                    'hello'       -- payload
                    """,
                    new Publish(message("a/b", "hello", AT_MOST_ONCE, false), 0)));
            all.add(new Good(
                    "PUBLISH at QoS 2, retained, again",
                    Way.BOTH,
                    version,
                    """
                    3D remaining  -- DUP, QoS 2, RETAIN
                    00 03 'a/b'
                    FF FF         -- packet identifier
                    """,
                    new Publish(
                            message("a/b", "", EXACTLY_ONCE, true), EXACTLY_ONCE, true, true, 65_535, 0, List.of())));
        }
        all.add(new Good(
                "PUBLISH at QoS 1",
                Way.BOTH,
                MQTT_5,
                """
                32 remaining
                00 03 'a/b'
                00 01             -- packet identifier
                00                -- property length
                'hello'
                """,
                new Publish(message("a/b", "hello", AT_LEAST_ONCE, false), 1)));
        all.add(new Good(
                "PUBLISH with a topic alias only",
                Way.BOTH,
                MQTT_5,
                """
                30 remaining
                00 00             -- topic name
                03 23 FF FF       -- topic alias
                'hello'
                """,
                new Publish(
                        new Message(Topic.NONE, Payload.of("hello"), AT_MOST_ONCE, false),
                        AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        65_535,
                        List.of())));
        all.add(new Good(
                "PUBLISH with all properties",
                Way.BOTH,
                MQTT_5,
                """
                31 remaining
                00 03 'a/b'
                21                -- property length
                23 00 07          -- topic alias
                02 00 00 00 0A    -- message expiry interval
                01 01             -- payload format indicator
                03 00 01 't'      -- content type
                08 00 03 'r/t'    -- response topic
                09 00 02 FE FF    -- correlation data
                26 00 01 'k' 00 02 C3 A9
                'hello'
                """,
                new Publish(
                        new Message(
                                Topic.of("a/b"),
                                Payload.of("hello"),
                                AT_MOST_ONCE,
                                true,
                                Properties.builder()
                                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                                        .text(Property.CONTENT_TYPE, "t")
                                        .text(Property.RESPONSE_TOPIC, "r/t")
                                        .binary(Property.CORRELATION_DATA, Payload.of((byte) 0xFE, (byte) 0xFF))
                                        .user("k", "é")
                                        .build(),
                                NOW + 10_000),
                        AT_MOST_ONCE,
                        true,
                        false,
                        0,
                        7,
                        List.of())));
        all.add(new Good(
                "PUBLISH with subscription identifiers",
                Way.TO_CLIENT,
                MQTT_5,
                """
                30 remaining
                00 01 'a'
                07
                0B 01             -- subscription identifier
                0B FF FF FF 7F
                """,
                new Publish(
                        message("a", "", AT_MOST_ONCE, false),
                        AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        0,
                        List.of(1, 268_435_455))));
        all.add(new Good(
                "PUBLISH as granted, not as published",
                Way.TO_CLIENT,
                MQTT_3_1_1,
                """
                32 remaining
                00 01 'a'
                12 34
                """,
                new Publish(
                        new Message(
                                Topic.of("a"),
                                Payload.EMPTY,
                                EXACTLY_ONCE,
                                true,
                                Properties.builder()
                                        .text(Property.CONTENT_TYPE, "t")
                                        .build(),
                                NOW + 1),
                        AT_LEAST_ONCE,
                        false,
                        false,
                        0x1234,
                        9, // which 3.1.1 has not
                        List.of(4))));
    }

    private static Message message(String topic, String payload, Qos qos, boolean retain) {
        return new Message(Topic.of(topic), Payload.of(payload), qos, retain);
    }

    private static void acknowledgements(List<Good> all) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            all.add(new Good("PUBACK", Way.BOTH, version, "40 02 00 01", new PubAck(1)));
            all.add(new Good("PUBREC", Way.BOTH, version, "50 02 FF FF", new PubRec(65_535)));
            all.add(new Good("PUBREL", Way.BOTH, version, "62 02 12 34", new PubRel(0x1234)));
            all.add(new Good("PUBCOMP", Way.BOTH, version, "70 02 01 00", new PubComp(256)));
            all.add(new Good("PINGREQ", Way.FROM_CLIENT, version, "C0 00", PingReq.INSTANCE));
            all.add(new Good("PINGRESP", Way.TO_CLIENT, version, "D0 00", PingResp.INSTANCE));
        }
        all.add(new Good("PUBREL again", Way.FROM_CLIENT, MQTT_3_1, "6A 02 12 34", new PubRel(0x1234)));
        all.add(new Good(
                "PUBACK with a reason code only",
                Way.FROM_CLIENT,
                MQTT_5,
                "40 03 00 01 97",
                new PubAck(1, ReasonCode.QUOTA_EXCEEDED, Properties.NONE)));
        all.add(new Good(
                "PUBREC of a server with a reason code",
                Way.TO_CLIENT,
                MQTT_5,
                "50 04 00 01 10 00",
                new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.NONE)));
        all.add(new Good(
                "PUBREL with a reason code",
                Way.BOTH,
                MQTT_5,
                "62 04 00 01 92 00",
                new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE)));
        Properties reasons = Properties.builder()
                .text(Property.REASON_STRING, "no")
                .user("k", "v")
                .build();
        String properties = """
                0C                -- property length
                1F 00 02 'no'     -- reason string
                26 00 01 'k' 00 01 'v'
                """;
        all.add(new Good(
                "PUBACK with properties",
                Way.BOTH,
                MQTT_5,
                "40 remaining 00 01 87\n" + properties,
                new PubAck(1, ReasonCode.NOT_AUTHORIZED, reasons)));
        all.add(new Good(
                "PUBREC with properties",
                Way.BOTH,
                MQTT_5,
                "50 remaining 00 01 00\n" + properties,
                new PubRec(1, SUCCESS, reasons)));
        all.add(new Good(
                "PUBCOMP with properties",
                Way.BOTH,
                MQTT_5,
                "70 remaining 00 01 92\n" + properties,
                new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, reasons)));
    }

    private static void subscriptions(List<Good> all) {
        for (ProtocolVersion version : List.of(MQTT_3_1, MQTT_3_1_1)) {
            all.add(new Good(
                    "SUBSCRIBE",
                    Way.FROM_CLIENT,
                    version,
                    """
                    82 remaining
                    00 0A         -- packet identifier
                    00 03 'a/+' 01
                    00 01 '#' 02
                    """,
                    new Subscribe(
                            10,
                            List.of(
                                    new Subscription(TopicFilter.of("a/+"), AT_LEAST_ONCE),
                                    new Subscription(TopicFilter.of("#"), EXACTLY_ONCE)),
                            Properties.NONE)));
            all.add(new Good(
                    "UNSUBSCRIBE",
                    Way.FROM_CLIENT,
                    version,
                    """
                    A2 remaining
                    00 0A
                    00 03 'a/+'
                    00 01 '#'
                    """,
                    new Unsubscribe(10, List.of(TopicFilter.of("a/+"), TopicFilter.of("#")), Properties.NONE)));
        }
        all.add(new Good(
                "SUBSCRIBE again",
                Way.FROM_CLIENT,
                MQTT_3_1,
                """
                8A remaining      -- DUP
                00 0A
                00 01 '#' 00
                """,
                new Subscribe(10, List.of(new Subscription(TopicFilter.of("#"), AT_MOST_ONCE)), Properties.NONE)));
        all.add(new Good(
                "SUBSCRIBE with options",
                Way.FROM_CLIENT,
                MQTT_5,
                """
                82 remaining
                00 0A
                0C                -- property length
                0B FF FF FF 7F    -- subscription identifier
                26 00 01 'k' 00 01 'v'
                00 01 'a' 2E      -- retain handling 2, retain as published, no local, QoS 2
                00 0A '$share/g/b' 10
                """,
                new Subscribe(
                        10,
                        List.of(
                                new Subscription(
                                        TopicFilter.of("a"),
                                        EXACTLY_ONCE,
                                        true,
                                        true,
                                        RetainHandling.DO_NOT_SEND,
                                        List.of(268_435_455)),
                                new Subscription(
                                        TopicFilter.of("$share/g/b"),
                                        AT_MOST_ONCE,
                                        false,
                                        false,
                                        RetainHandling.SEND_IF_NEW,
                                        List.of(268_435_455))),
                        Properties.builder().user("k", "v").build())));
        all.add(new Good(
                "UNSUBSCRIBE with a property",
                Way.FROM_CLIENT,
                MQTT_5,
                """
                A2 remaining
                00 0A
                07 26 00 01 'k' 00 01 'v'
                00 01 'a'
                """,
                new Unsubscribe(
                        10,
                        List.of(TopicFilter.of("a")),
                        Properties.builder().user("k", "v").build())));
    }

    private static void ends(List<Good> all) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            all.add(new Good("DISCONNECT", Way.FROM_CLIENT, version, "E0 00", new Disconnect(SUCCESS)));
        }
        all.add(new Good("DISCONNECT of a server", Way.TO_CLIENT, MQTT_5, "E0 00", new Disconnect(SUCCESS)));
        all.add(new Good(
                "DISCONNECT with a reason code only",
                Way.FROM_CLIENT,
                MQTT_5,
                "E0 01 04",
                new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)));
        all.add(new Good(
                "DISCONNECT with properties",
                Way.BOTH,
                MQTT_5,
                """
                E0 remaining
                82
                0A                -- property length
                11 00 00 00 00    -- session expiry interval
                1F 00 02 'no'     -- reason string
                """,
                new Disconnect(
                        PROTOCOL_ERROR,
                        Properties.builder()
                                .number(Property.SESSION_EXPIRY_INTERVAL, 0)
                                .text(Property.REASON_STRING, "no")
                                .build())));
        all.add(new Good(
                "AUTH",
                Way.BOTH,
                MQTT_5,
                """
                F0 remaining
                18
                09                -- property length
                15 00 01 'm'      -- authentication method
                16 00 02 01 02    -- authentication data
                """,
                new Auth(
                        ReasonCode.CONTINUE_AUTHENTICATION,
                        Properties.builder()
                                .text(Property.AUTHENTICATION_METHOD, "m")
                                .binary(Property.AUTHENTICATION_DATA, Payload.of((byte) 1, (byte) 2))
                                .build())));
    }

    private static void answers(List<Good> all) {
        all.add(new Good(
                "CONNACK", Way.TO_CLIENT, MQTT_3_1, "20 02 00 00", new ConnAck(true, SUCCESS, Properties.NONE)));
        all.add(new Good(
                "CONNACK", Way.TO_CLIENT, MQTT_3_1_1, "20 02 01 00", new ConnAck(true, SUCCESS, Properties.NONE)));
        all.add(new Good(
                "CONNACK to a version unknown",
                Way.TO_CLIENT,
                null,
                "20 02 00 01",
                new ConnAck(false, UNSUPPORTED_PROTOCOL_VERSION, Properties.NONE)));
        for (ReasonCode reasonCode : ReasonCode.values()) {
            if (reasonCode.allowedIn(PacketType.CONNACK)) {
                ConnAck refusal = new ConnAck(false, reasonCode, Properties.NONE);
                String value = Integer.toHexString(reasonCode.value());
                all.add(new Good("CONNACK " + reasonCode, Way.TO_CLIENT, MQTT_5, "20 03 00 " + value + " 00", refusal));
                all.add(new Good(
                        "CONNACK " + reasonCode,
                        Way.TO_CLIENT,
                        MQTT_3_1_1,
                        "20 02 00 " + reasonCode.connectReturnCode(),
                        refusal));
            }
        }
        all.add(new Good(
                "CONNACK with a property",
                Way.TO_CLIENT,
                MQTT_5,
                """
                20 remaining
                01 00
                05 27 FF FF FF FF -- maximum packet size
                """,
                new ConnAck(
                        true,
                        SUCCESS,
                        Properties.builder()
                                .number(Property.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL)
                                .build())));
        SubAck subAck = new SubAck(
                10,
                List.of(SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED),
                Properties.NONE);
        all.add(new Good("SUBACK", Way.TO_CLIENT, MQTT_3_1, "90 06 00 0A 00 01 02 00", subAck));
        all.add(new Good("SUBACK", Way.TO_CLIENT, MQTT_3_1_1, "90 06 00 0A 00 01 02 80", subAck));
        all.add(new Good("SUBACK", Way.TO_CLIENT, MQTT_5, "90 07 00 0A 00 00 01 02 87", subAck));
        UnsubAck unsubAck = new UnsubAck(10, List.of(SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED), Properties.NONE);
        all.add(new Good("UNSUBACK", Way.TO_CLIENT, MQTT_3_1, "B0 02 00 0A", unsubAck));
        all.add(new Good("UNSUBACK", Way.TO_CLIENT, MQTT_3_1_1, "B0 02 00 0A", unsubAck));
        all.add(new Good("UNSUBACK", Way.TO_CLIENT, MQTT_5, "B0 05 00 0A 00 00 11", unsubAck));
    }

    static List<Bad> bad() {
        List<Bad> all = new ArrayList<>();
        badFrames(all);
        badConnects(all);
        badPublishes(all);
        badAcknowledgements(all);
        badSubscriptions(all);
        badEnds(all);
        return all;
    }

    private static void badFrames(List<Bad> all) {
        all.add(new Bad("no bytes", MQTT_5, MALFORMED_PACKET, ""));
        all.add(new Bad("no remaining length", MQTT_5, MALFORMED_PACKET, "C0"));
        all.add(new Bad("packet type 0", MQTT_5, MALFORMED_PACKET, "00 00"));
        all.add(new Bad("remaining length too large", MQTT_5, MALFORMED_PACKET, "40 03 00 01"));
        all.add(new Bad("remaining length too small", MQTT_5, MALFORMED_PACKET, "40 01 00 01"));
        all.add(new Bad("remaining length with a byte too many", MQTT_5, MALFORMED_PACKET, "C0 80 00"));
        all.add(new Bad("remaining length of five bytes", MQTT_5, MALFORMED_PACKET, "C0 80 80 80 80 00"));
        all.add(new Bad("not CONNECT first", null, PROTOCOL_ERROR, "C0 00"));
        all.add(new Bad("AUTH first", null, PROTOCOL_ERROR, "F0 00"));
        for (ProtocolVersion version : ProtocolVersion.values()) {
            all.add(new Bad("CONNECT again", version, PROTOCOL_ERROR, "10 remaining 00 04 'MQTT' 04 02 00 00 00 00"));
            all.add(new Bad("CONNACK", version, PROTOCOL_ERROR, "20 02 00 00"));
            all.add(new Bad("SUBACK", version, PROTOCOL_ERROR, "90 03 00 01 00"));
            all.add(new Bad("UNSUBACK", version, PROTOCOL_ERROR, "B0 02 00 01"));
            all.add(new Bad("PINGRESP", version, PROTOCOL_ERROR, "D0 00"));
            all.add(new Bad("PINGREQ with more", version, MALFORMED_PACKET, "C0 01 00"));
            for (String flags : List.of("1", "2", "4", "8")) {
                all.add(new Bad("flags " + flags + " of PINGREQ", version, MALFORMED_PACKET, "C" + flags + " 00"));
                all.add(new Bad("flags " + flags + " of DISCONNECT", version, MALFORMED_PACKET, "E" + flags + " 00"));
                all.add(new Bad("flags " + flags + " of PUBACK", version, MALFORMED_PACKET, "4" + flags + " 02 00 01"));
            }
            for (String flags : List.of("0", "3", "6", "E")) {
                all.add(new Bad("flags " + flags + " of PUBREL", version, MALFORMED_PACKET, "6" + flags + " 02 00 01"));
                all.add(new Bad(
                        "flags " + flags + " of SUBSCRIBE",
                        version,
                        MALFORMED_PACKET,
                        "8" + flags + " remaining 00 01 00 01 'a' 00"));
                all.add(new Bad(
                        "flags " + flags + " of UNSUBSCRIBE",
                        version,
                        MALFORMED_PACKET,
                        "A" + flags + " remaining 00 01 00 01 'a'"));
            }
        }
        all.add(new Bad("PUBREL again", MQTT_3_1_1, MALFORMED_PACKET, "6A 02 00 01"));
        all.add(new Bad("flags of CONNECT", null, MALFORMED_PACKET, "11 remaining 00 04 'MQTT' 04 02 00 00 00 00"));
    }

    private static void badConnects(List<Bad> all) {
        ReasonCode noVersion = UNSUPPORTED_PROTOCOL_VERSION;
        all.add(new Bad("level 6", null, noVersion, "10 remaining 00 04 'MQTT' 06 02 00 00 00 00"));
        all.add(new Bad("level 0", null, noVersion, "10 remaining 00 04 'MQTT' 00 02 00 00 00 00"));
        all.add(new Bad("level 3 of MQTT", null, noVersion, "10 remaining 00 04 'MQTT' 03 02 00 00 00 01 'a'"));
        all.add(new Bad("level 4 of MQIsdp", null, noVersion, "10 remaining 00 06 'MQIsdp' 04 02 00 00 00 00"));
        all.add(new Bad("another protocol", null, noVersion, "10 remaining 00 04 'mqtt' 04 02 00 00 00 00"));
        all.add(new Bad("a longer name", null, noVersion, "10 remaining 00 08 'MQTTMQTT' 04 02 00 00 00 00"));
        all.add(new Bad("no name", null, noVersion, "10 remaining 00 00 04 02 00 00 00 00"));
        all.add(new Bad("name cut", null, MALFORMED_PACKET, "10 remaining 00 04 'MQ'"));
        all.add(new Bad("nothing", null, MALFORMED_PACKET, "10 00"));
        String start = "10 remaining 00 04 'MQTT' ";
        all.add(new Bad("no flags", null, MALFORMED_PACKET, start + "04"));
        all.add(new Bad("keep alive cut", null, MALFORMED_PACKET, start + "04 02 00"));
        all.add(new Bad("no client identifier", null, MALFORMED_PACKET, start + "04 02 00 00"));
        all.add(new Bad("client identifier cut", null, MALFORMED_PACKET, start + "04 02 00 00 00 02 'a'"));
        all.add(new Bad("a byte more", null, MALFORMED_PACKET, start + "04 02 00 00 00 00 00"));
        for (String version : List.of("04 ", "05 ")) {
            String id = version.equals("05 ") ? " 00 00 00 00 00" : " 00 00 00 00";
            all.add(new Bad("reserved flag " + version, null, MALFORMED_PACKET, start + version + "03" + id));
            all.add(new Bad("will QoS without will", null, MALFORMED_PACKET, start + version + "0A" + id));
            all.add(new Bad("will retain without will", null, MALFORMED_PACKET, start + version + "22" + id));
            all.add(new Bad("will QoS 3", null, MALFORMED_PACKET, start + version + "1E" + id + "00 01 'w' 00 00"));
            all.add(new Bad("will missing", null, MALFORMED_PACKET, start + version + "06" + id));
            all.add(new Bad("user name missing", null, MALFORMED_PACKET, start + version + "82" + id));
        }
        all.add(new Bad(
                "password without user name", null, MALFORMED_PACKET, start + "04 42 00 00 00 01 'a' 00 01 'p'"));
        all.add(new Bad(
                "password without user name in 3.1",
                null,
                MALFORMED_PACKET,
                "10 remaining 00 06 'MQIsdp' 03 42 00 00 00 01 'a' 00 01 'p'"));
        all.add(new Bad(
                "empty client identifier to keep", null, CLIENT_IDENTIFIER_NOT_VALID, start + "04 00 00 00 00 00"));
        all.add(new Bad(
                "empty client identifier in 3.1",
                null,
                CLIENT_IDENTIFIER_NOT_VALID,
                "10 remaining 00 06 'MQIsdp' 03 02 00 00 00 00"));
        all.add(new Bad(
                "24 bytes of client identifier in 3.1",
                null,
                CLIENT_IDENTIFIER_NOT_VALID,
                "10 remaining 00 06 'MQIsdp' 03 02 00 00 00 18 'abcdefghijklmnopqrstuvwx'"));
        all.add(new Bad("U+0000 in the client identifier", null, MALFORMED_PACKET, start + "04 02 00 00 00 01 00"));
        all.add(new Bad("U+0000 in the user name", null, MALFORMED_PACKET, start + "04 82 00 00 00 01 'a' 00 01 00"));
        all.add(new Bad("overlong user name", null, MALFORMED_PACKET, start + "04 82 00 00 00 01 'a' 00 02 C0 AF"));
        all.add(new Bad(
                "surrogates in the will topic",
                null,
                MALFORMED_PACKET,
                start + "04 06 00 00 00 01 'a' 00 03 ED A0 80 00 00"));
        all.add(new Bad(
                "wildcard in the will topic",
                null,
                TOPIC_NAME_INVALID,
                start + "04 06 00 00 00 01 'a' 00 01 '#' 00 00"));
        all.add(new Bad("empty will topic", null, TOPIC_NAME_INVALID, start + "04 06 00 00 00 01 'a' 00 00 00 00"));
        all.add(new Bad(
                "will topic of 32768 bytes",
                null,
                TOPIC_NAME_INVALID,
                start + "04 06 00 00 00 01 'a' 80 00 " + Wire.hex("61", 32_768) + " 00 00"));
        badConnectProperty(all, "receive maximum 0", PROTOCOL_ERROR, "03 21 00 00");
        badConnectProperty(all, "maximum packet size 0", PROTOCOL_ERROR, "05 27 00 00 00 00");
        badConnectProperty(all, "request problem information 2", PROTOCOL_ERROR, "02 17 02");
        badConnectProperty(all, "request response information 2", PROTOCOL_ERROR, "02 19 02");
        badConnectProperty(all, "session expiry interval twice", PROTOCOL_ERROR, "0A 11 00 00 00 01 11 00 00 00 01");
        badConnectProperty(all, "authentication data without method", PROTOCOL_ERROR, "03 16 00 00");
        badConnectProperty(all, "a property of CONNACK", MALFORMED_PACKET, "03 13 00 01");
        badConnectProperty(all, "a property of a will", MALFORMED_PACKET, "05 18 00 00 00 01");
        badConnectProperty(all, "property 0", MALFORMED_PACKET, "02 00 00");
        badConnectProperty(all, "property 4", MALFORMED_PACKET, "02 04 00");
        badConnectProperty(all, "property 127", MALFORMED_PACKET, "02 7F 00");
        badConnectProperty(all, "an identifier with a byte too many", MALFORMED_PACKET, "06 91 00 00 00 00 01");
        badConnectProperty(all, "a length inside a property", MALFORMED_PACKET, "02 21 00 01");
        badConnectProperty(all, "a length behind the packet", MALFORMED_PACKET, "7F 21 00 01");
        badConnectProperty(all, "a length with a byte too many", MALFORMED_PACKET, "83 00 21 00 01");
        badConnectProperty(all, "a length of five bytes", MALFORMED_PACKET, "80 80 80 80 00");
        badConnectProperty(all, "U+0000 in a user property", MALFORMED_PACKET, "06 26 00 01 00 00 00");
        badConnectProperty(all, "no UTF-8 in a method", MALFORMED_PACKET, "04 15 00 01 FF");
        badConnectProperty(all, "65 user properties", QUOTA_EXCEEDED, "C5 02 " + Wire.hex("26 00 00 00 00", 65));
        badConnectProperty(
                all,
                "16 KiB and a byte of user properties",
                QUOTA_EXCEEDED,
                "86 80 01 26 20 00 " + Wire.hex("61", 0x2000) + " 20 01 " + Wire.hex("61", 0x2001));
        String will = start + "05 06 00 00 00 00 01 'a' ";
        all.add(new Bad("topic alias in a will", null, MALFORMED_PACKET, will + "03 23 00 01 00 01 'w' 00 00"));
        all.add(new Bad("receive maximum in a will", null, MALFORMED_PACKET, will + "03 21 00 01 00 01 'w' 00 00"));
        all.add(new Bad("payload format 2 in a will", null, PROTOCOL_ERROR, will + "02 01 02 00 01 'w' 00 00"));
        all.add(new Bad(
                "user properties of CONNECT and will together",
                null,
                QUOTA_EXCEEDED,
                start + "05 06 00 00 A0 01 " + Wire.hex("26 00 00 00 00", 32) + " 00 01 'a' A5 01 "
                        + Wire.hex("26 00 00 00 00", 33) + " 00 01 'w' 00 00"));
    }

    private static void badConnectProperty(List<Bad> all, String name, ReasonCode reasonCode, String section) {
        all.add(new Bad(name, null, reasonCode, "10 remaining 00 04 'MQTT' 05 02 00 00 " + section + " 00 01 'a'"));
    }

    private static void badPublishes(List<Bad> all) {
        for (ProtocolVersion version : List.of(MQTT_3_1, MQTT_3_1_1)) {
            all.add(new Bad("QoS 3", version, MALFORMED_PACKET, "36 remaining 00 01 'a' 00 01"));
            all.add(new Bad("DUP at QoS 0", version, MALFORMED_PACKET, "38 remaining 00 01 'a'"));
            all.add(new Bad("packet identifier 0", version, MALFORMED_PACKET, "32 remaining 00 01 'a' 00 00"));
            all.add(new Bad("no packet identifier", version, MALFORMED_PACKET, "32 remaining 00 01 'a' 00"));
            all.add(new Bad("no topic", version, PROTOCOL_ERROR, "30 remaining 00 00"));
            all.add(new Bad("nothing", version, MALFORMED_PACKET, "30 00"));
            all.add(new Bad("topic cut", version, MALFORMED_PACKET, "30 remaining 00 02 'a'"));
            all.add(new Bad("wildcard", version, TOPIC_NAME_INVALID, "30 remaining 00 03 'a/+'"));
            all.add(new Bad("U+0000", version, MALFORMED_PACKET, "30 remaining 00 03 'a' 00 'b'"));
            all.add(new Bad("overlong slash", version, MALFORMED_PACKET, "30 remaining 00 02 C0 AF"));
        }
        all.add(new Bad("no property length", MQTT_5, MALFORMED_PACKET, "30 remaining 00 01 'a'"));
        all.add(new Bad("no topic and no alias", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 00 00"));
        all.add(new Bad("alias 0", MQTT_5, TOPIC_ALIAS_INVALID, "30 remaining 00 01 'a' 03 23 00 00"));
        all.add(new Bad("alias twice", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 06 23 00 01 23 00 01"));
        all.add(new Bad("alias cut", MQTT_5, MALFORMED_PACKET, "30 remaining 00 01 'a' 02 23 00"));
        all.add(new Bad(
                "expiry twice", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 0A 02 00 00 00 01 02 00 00 00 01"));
        all.add(new Bad("subscription identifier", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 02 0B 01"));
        all.add(new Bad(
                "wildcard in response topic", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 04 08 00 01 '#'"));
        all.add(new Bad("empty response topic", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 03 08 00 00"));
        all.add(new Bad("payload format 2", MQTT_5, PROTOCOL_ERROR, "30 remaining 00 01 'a' 02 01 02"));
        all.add(new Bad("a property of CONNECT", MQTT_5, MALFORMED_PACKET, "30 remaining 00 01 'a' 03 21 00 01"));
        all.add(new Bad("will delay", MQTT_5, MALFORMED_PACKET, "30 remaining 00 01 'a' 05 18 00 00 00 01"));
        all.add(new Bad(
                "65 user properties",
                MQTT_5,
                QUOTA_EXCEEDED,
                "30 remaining 00 01 'a' C5 02 " + Wire.hex("26 00 00 00 00", 65)));
    }

    private static void badAcknowledgements(List<Bad> all) {
        for (String first : List.of("40", "50")) {
            all.add(new Bad(first + " of a server", MQTT_5, PROTOCOL_ERROR, first + " 03 00 01 10"));
        }
        for (String first : List.of("40", "50", "62", "70")) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                all.add(new Bad(first + " of packet 0", version, MALFORMED_PACKET, first + " 02 00 00"));
                all.add(new Bad(first + " cut", version, MALFORMED_PACKET, first + " 01 01"));
                all.add(new Bad(first + " with nothing", version, MALFORMED_PACKET, first + " 00"));
            }
            all.add(new Bad(first + " with a reason code", MQTT_3_1_1, MALFORMED_PACKET, first + " 03 00 01 00"));
            all.add(new Bad(first + " with another's reason code", MQTT_5, PROTOCOL_ERROR, first + " 03 00 01 8E"));
            all.add(new Bad(
                    first + " with another's property", MQTT_5, MALFORMED_PACKET, first + " 07 00 01 00 03 21 00 01"));
            all.add(new Bad(first + " with more", MQTT_5, MALFORMED_PACKET, first + " 05 00 01 00 00 00"));
            all.add(new Bad(
                    first + " with two reason strings",
                    MQTT_5,
                    PROTOCOL_ERROR,
                    first + " 0A 00 01 00 06 1F 00 00 1F 00 00"));
        }
    }

    private static void badSubscriptions(List<Bad> all) {
        for (ProtocolVersion version : List.of(MQTT_3_1, MQTT_3_1_1)) {
            all.add(new Bad("SUBSCRIBE to nothing", version, PROTOCOL_ERROR, "82 02 00 01"));
            all.add(new Bad("UNSUBSCRIBE from nothing", version, PROTOCOL_ERROR, "A2 02 00 01"));
            all.add(new Bad("packet 0", version, MALFORMED_PACKET, "82 remaining 00 00 00 01 'a' 00"));
            all.add(new Bad("packet 0", version, MALFORMED_PACKET, "A2 remaining 00 00 00 01 'a'"));
            all.add(new Bad("QoS 3", version, PROTOCOL_ERROR, "82 remaining 00 01 00 01 'a' 03"));
            all.add(new Bad("options", version, MALFORMED_PACKET, "82 remaining 00 01 00 01 'a' 04"));
            all.add(new Bad("no QoS", version, MALFORMED_PACKET, "82 remaining 00 01 00 01 'a'"));
            all.add(new Bad("empty filter", version, TOPIC_FILTER_INVALID, "82 remaining 00 01 00 00 00"));
            all.add(new Bad("empty filter", version, TOPIC_FILTER_INVALID, "A2 remaining 00 01 00 00"));
            all.add(new Bad("bad filter", version, TOPIC_FILTER_INVALID, "82 remaining 00 01 00 02 'a#' 00"));
            all.add(new Bad("U+0000", version, MALFORMED_PACKET, "A2 remaining 00 01 00 01 00"));
            all.add(new Bad("filter cut", version, MALFORMED_PACKET, "A2 remaining 00 01 00 02 'a'"));
        }
        all.add(new Bad("SUBSCRIBE to nothing", MQTT_5, PROTOCOL_ERROR, "82 03 00 01 00"));
        all.add(new Bad("UNSUBSCRIBE from nothing", MQTT_5, PROTOCOL_ERROR, "A2 03 00 01 00"));
        String start = "82 remaining 00 01 ";
        all.add(new Bad("QoS 3", MQTT_5, PROTOCOL_ERROR, start + "00 00 01 'a' 03"));
        all.add(new Bad("retain handling 3", MQTT_5, PROTOCOL_ERROR, start + "00 00 01 'a' 30"));
        all.add(new Bad("reserved option", MQTT_5, MALFORMED_PACKET, start + "00 00 01 'a' 40"));
        all.add(new Bad("reserved option", MQTT_5, MALFORMED_PACKET, start + "00 00 01 'a' 80"));
        all.add(new Bad("no local, shared", MQTT_5, PROTOCOL_ERROR, start + "00 00 0A '$share/g/b' 04"));
        all.add(new Bad("share without a name", MQTT_5, TOPIC_FILTER_INVALID, start + "00 00 09 '$share//b' 00"));
        all.add(new Bad("identifier 0", MQTT_5, PROTOCOL_ERROR, start + "02 0B 00 00 01 'a' 00"));
        all.add(new Bad("identifier twice", MQTT_5, PROTOCOL_ERROR, start + "04 0B 01 0B 02 00 01 'a' 00"));
        all.add(new Bad(
                "identifier of five bytes", MQTT_5, MALFORMED_PACKET, start + "06 0B 80 80 80 80 01 00 01 'a' 00"));
        all.add(new Bad(
                "identifier with a byte too many", MQTT_5, MALFORMED_PACKET, start + "03 0B 81 00 00 01 'a' 00"));
        all.add(new Bad(
                "identifier in UNSUBSCRIBE", MQTT_5, MALFORMED_PACKET, "A2 remaining 00 01 02 0B 01 00 01 'a'"));
    }

    private static void badEnds(List<Bad> all) {
        all.add(new Bad("DISCONNECT with a reason code", MQTT_3_1, MALFORMED_PACKET, "E0 01 00"));
        all.add(new Bad("DISCONNECT with a reason code", MQTT_3_1_1, MALFORMED_PACKET, "E0 01 00"));
        all.add(new Bad("DISCONNECT with another's reason code", MQTT_5, PROTOCOL_ERROR, "E0 01 01"));
        for (ReasonCode reasonCode : ReasonCode.values()) {
            if (reasonCode.allowedIn(PacketType.DISCONNECT) && !reasonCode.allowedFromClient(PacketType.DISCONNECT)) {
                String value = Integer.toHexString(reasonCode.value());
                all.add(new Bad("DISCONNECT of a server: " + reasonCode, MQTT_5, PROTOCOL_ERROR, "E0 01 " + value));
            }
        }
        all.add(new Bad("DISCONNECT with another's property", MQTT_5, MALFORMED_PACKET, "E0 05 00 03 21 00 01"));
        all.add(new Bad("DISCONNECT with more", MQTT_5, MALFORMED_PACKET, "E0 03 00 00 00"));
        all.add(new Bad("AUTH", MQTT_3_1, MALFORMED_PACKET, "F0 00"));
        all.add(new Bad("AUTH", MQTT_3_1_1, MALFORMED_PACKET, "F0 00"));
        all.add(new Bad("AUTH with nothing", MQTT_5, PROTOCOL_ERROR, "F0 00"));
        all.add(new Bad("AUTH with success", MQTT_5, PROTOCOL_ERROR, "F0 06 00 04 15 00 01 'm'"));
        all.add(new Bad("AUTH with another's reason code", MQTT_5, PROTOCOL_ERROR, "F0 01 81"));
        all.add(new Bad("AUTH without properties", MQTT_5, PROTOCOL_ERROR, "F0 01 18"));
        all.add(new Bad("AUTH without a method", MQTT_5, PROTOCOL_ERROR, "F0 02 18 00"));
        all.add(new Bad("AUTH with data only", MQTT_5, PROTOCOL_ERROR, "F0 05 18 03 16 00 00"));
        all.add(new Bad("AUTH with more", MQTT_5, MALFORMED_PACKET, "F0 remaining 18 04 15 00 01 'm' 00"));
    }
}
