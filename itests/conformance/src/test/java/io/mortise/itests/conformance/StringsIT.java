// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** UTF-8 strings (3.1.1: 1.5.3; 5.0: 1.5.4), wherever a client may write one. */
@Conformance
class StringsIT {
    private static final List<String> ILL_FORMED = List.of(
            "0001 ff",
            "0001 c3 (cut off)",
            "0002 c328 (no continuation)",
            "0003 eda080 (U+D800)",
            "0003 edbfbf (U+DFFF)",
            "0006 eda080 edb080 (U+10000 as two surrogates)",
            "0002 c0af (/ in two bytes)",
            "0003 e080af (/ in three bytes)",
            "0004 f4908080 (above U+10FFFF)",
            "0005 f888808080 (five bytes)");
    private static final String NULL = "0003 61 00 (U+0000) 62";
    private static final String OVERLONG_NULL = "0003 61 c080 (U+0000 in two bytes)";

    private final Clients clients;

    StringsIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"1.5.3-1", "3.3.2-1", "3.8.3-1", "3.10.3-1"})
    void shouldEndTheConnectionAtIllFormedTopics311() {
        for (String bad : ILL_FORMED) {
            clients.mqtt311("c").send("30 [ " + bad + " 'x' ]").expectClosed();
            clients.mqtt311("c").send("82 [ 0001 " + bad + " 00 ]").expectClosed();
            clients.mqtt311("c").send("a2 [ 0001 " + bad + " ]").expectClosed();
        }
    }

    @Test
    @Mqtt5({"1.5.4-1", "3.3.2-1", "3.8.3-1", "3.10.3-1", "4.13.1-1"})
    void shouldEndTheConnectionAtIllFormedTopics5() {
        for (String bad : ILL_FORMED) {
            malformed("30 [ " + bad + " [ ] 'x' ]");
            malformed("82 [ 0001 [ ] " + bad + " 00 ]");
            malformed("a2 [ 0001 [ ] " + bad + " ]");
        }
    }

    @Test
    @Mqtt311({"1.5.3-1", "3.1.3-4", "3.1.3-10", "3.1.3-11"})
    void shouldEndTheConnectionAtAnIllFormedConnect311() {
        for (String bad : ILL_FORMED) {
            clients.open().send("10 [ <MQTT> 04 02 0000 " + bad + " ]").expectClosed();
            clients.open()
                    .send("10 [ <MQTT> 04 06 (will) 0000 <@c> " + bad + " <gone> ]")
                    .expectClosed();
            clients.open()
                    .send("10 [ <MQTT> 04 82 (user name) 0000 <@c> " + bad + " ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"1.5.4-1", "3.1.3-4", "3.1.3-11", "3.1.3-12", "3.1.4-1"})
    void shouldEndTheConnectionAtAnIllFormedConnect5() {
        for (String bad : ILL_FORMED) {
            refused("10 [ <MQTT> 05 02 0000 [ ] " + bad + " ]");
            refused("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] " + bad + " <gone> ]");
            refused("10 [ <MQTT> 05 82 (user name) 0000 [ ] <@c> " + bad + " ]");
        }
    }

    @Test
    @Mqtt5({"1.5.4-1", "1.5.4-2", "1.5.7-1", "3.3.2-13", "3.3.2-19"})
    void shouldEndTheConnectionAtIllFormedProperties() {
        for (String bad : List.of("0001 ff", "0003 eda080", NULL, OVERLONG_NULL)) {
            malformed("30 [ <@/t> [ 08 (response topic) " + bad + " ] 'x' ]");
            malformed("30 [ <@/t> [ 03 (content type) " + bad + " ] 'x' ]");
            malformed("30 [ <@/t> [ 26 (user property) " + bad + " <value> ] 'x' ]");
            malformed("30 [ <@/t> [ 26 (user property) <name> " + bad + " ] 'x' ]");
            malformed("82 [ 0001 [ 26 <name> " + bad + " ] <@/t> 00 ]");
            refused("10 [ <MQTT> 05 02 0000 [ 26 <name> " + bad + " ] <@c> ]");
            refused("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ 26 " + bad + " <value> ] <@/w> <gone> ]");
        }
    }

    @Test
    @Mqtt311({"1.5.3-2", "4.7.3-2"})
    void shouldEndTheConnectionAtANullCharacter311() {
        for (String bad : List.of(NULL, OVERLONG_NULL)) {
            clients.mqtt311("c").send("30 [ " + bad + " 'x' ]").expectClosed();
            clients.mqtt311("c").send("82 [ 0001 " + bad + " 00 ]").expectClosed();
            clients.mqtt311("c").send("a2 [ 0001 " + bad + " ]").expectClosed();
            clients.open().send("10 [ <MQTT> 04 02 0000 " + bad + " ]").expectClosed();
            clients.open()
                    .send("10 [ <MQTT> 04 06 0000 <@c> " + bad + " <gone> ]")
                    .expectClosed();
            clients.open().send("10 [ <MQTT> 04 82 0000 <@c> " + bad + " ]").expectClosed();
        }
    }

    @Test
    @Mqtt5({"1.5.4-2", "4.7.3-2"})
    void shouldEndTheConnectionAtANullCharacter5() {
        for (String bad : List.of(NULL, OVERLONG_NULL)) {
            malformed("30 [ " + bad + " [ ] 'x' ]");
            malformed("82 [ 0001 [ ] " + bad + " 00 ]");
            malformed("a2 [ 0001 [ ] " + bad + " ]");
            refused("10 [ <MQTT> 05 02 0000 [ ] " + bad + " ]");
            refused("10 [ <MQTT> 05 82 0000 [ ] <@c> " + bad + " ]");
        }
    }

    @Test
    @Mqtt311("1.5.3-3")
    @Mqtt5("1.5.4-3")
    void shouldKeepAByteOrderMark() {
        Wire old = clients.mqtt311("a");
        old.send("82 [ 0001 <\uFEFF@/bom> 00  <@/bom> 00 ]").expect("90 [ 0001 00 00 ]");
        Wire five = clients.mqtt5("b");
        five.send("82 [ 0001 [ ] <\uFEFF@/bom> 00  <@/bom> 00 ]").expect("90 [ 0001 [ ] 00 00 ]");
        old.send("30 [ <\uFEFF@/bom> 'with' ]").expect("30 [ <\uFEFF@/bom> 'with' ]");
        five.expect("30 [ <\uFEFF@/bom> [ ] 'with' ]");
        five.send("30 [ <@/bom> [ ] 'without' ]").expect("30 [ <@/bom> [ ] 'without' ]");
        old.expect("30 [ <@/bom> 'without' ]");
    }

    @Test
    @Mqtt311({"1.5.3-1", "4.7.3-4"})
    @Mqtt5({"1.5.4-1", "4.7.3-4"})
    void shouldCarryEveryWellFormedCharacter() {
        // a combining accent and its composed twin; letters of two, three and four bytes; the last before the
        // surrogates
        String composed = "<@/\u00e9/\u0416/\u2603/\ud83d\ude80/\ud7ff>";
        String combining = "<@/e\u0301/\u0416/\u2603/\ud83d\ude80/\ud7ff>";
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] " + composed + " 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("30 [ " + combining + " [ ] 'another' ]").expectNoMessage();
        client.send("30 [ " + composed + " [ ] 'same' ]").expect("30 [ " + composed + " [ ] 'same' ]");
        Wire old = clients.mqtt311("o");
        old.send("82 [ 0001 " + composed + " 00 ]").expect("90 [ 0001 00 ]");
        old.send("30 [ " + combining + " 'another' ]").expectNoMessage();
        old.send("30 [ " + composed + " 'same' ]").expect("30 [ " + composed + " 'same' ]");
    }

    private void malformed(String packet) {
        clients.mqtt5("c").send(packet).expect("e0 [ 81 ... ]").expectClosed();
    }

    /** 3.1.4: CONNACK before the end is optional. */
    private void refused(String connect) {
        clients.open().send(connect).expectRefusal("20 [ 00 81 ... ]");
    }
}
