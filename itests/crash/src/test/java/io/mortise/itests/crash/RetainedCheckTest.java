// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetainedCheckTest {

    private final Counterpart broker = new Counterpart();
    private final Findings findings = broker.stage().findings;
    private final Flow flow = broker.stage().flows.add("t", 1, true);

    RetainedCheckTest() throws IOException {}

    private RetainedCheck ask() throws IOException {
        RetainedCheck check = broker.with(() -> new RetainedCheck(broker.stage(), "r", "#", List.of(flow)));
        broker.stage().retainedAsked = 1;
        broker.welcome(false);
        broker.expect(Packets.subscribe(Version.MQTT_5, 1, "#", 1));
        broker.send(new byte[] {(byte) 0x90, 4, 0, 1, 0, 1});
        return check;
    }

    private void sendAndComplete(int count) {
        for (int i = 0; i < count; i++) {
            flow.complete(flow.next());
        }
    }

    private void retained(int sequence) throws IOException {
        broker.send(Packets.publish(Version.MQTT_5, "t", 1, true, false, 1, flow.payload(sequence)));
    }

    @Test
    void shouldBeContentWithTheLastCompletedOne() throws IOException {
        sendAndComplete(3);
        RetainedCheck check = ask();
        retained(2);
        broker.await(check::isSettled);
        assertTrue(findings.isClean());
    }

    @Test
    void shouldSeeAnOlderOne() throws IOException {
        sendAndComplete(3);
        RetainedCheck check = ask();
        retained(1);
        broker.await(check::isSettled);
        assertEquals(1, findings.count(Violation.RETAINED));
    }

    @Test
    void shouldSeeThatThereIsNone() throws IOException {
        sendAndComplete(3);
        RetainedCheck check = ask();
        broker.await(check::isSettled);
        assertEquals(1, findings.count(Violation.RETAINED));
    }

    @Test
    void shouldNotExpectWhatWasRemoved() throws IOException {
        sendAndComplete(7);
        RetainedCheck check = ask();
        broker.await(check::isSettled);
        assertTrue(findings.isClean());
    }

    @Test
    void shouldSeeWhatCameBackAfterItWasRemoved() throws IOException {
        sendAndComplete(7);
        RetainedCheck check = ask();
        retained(5);
        broker.await(check::isSettled);
        assertEquals(1, findings.count(Violation.RETAINED));
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }
}
