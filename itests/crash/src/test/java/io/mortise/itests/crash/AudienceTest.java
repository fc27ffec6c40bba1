// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AudienceTest {

    private final Findings findings = new Findings();
    private final Flows flows = new Flows(1);
    private final Flow once = flows.add("once", 2, false);
    private final Flow atLeastOnce = flows.add("at-least-once", 1, false);
    private final Audience audience = audience(true);

    private Audience audience(boolean ordered) {
        Audience made = new Audience("somebody", 2, ordered, Violation.LOST, findings);
        made.expect(once);
        made.expect(atLeastOnce);
        return made;
    }

    @Test
    void shouldMissOnlyWhatWasAcknowledged() {
        once.acknowledge(once.next());
        once.next();
        assertFalse(audience.isComplete());
        audience.receive(once, 0, 2);
        assertTrue(audience.isComplete());
        audience.settle();
        assertTrue(findings.isClean());
    }

    @Test
    void shouldCountEachLostMessageOnce() {
        once.acknowledge(once.next());
        atLeastOnce.acknowledge(atLeastOnce.next());
        audience.settle();
        audience.settle();
        assertEquals(2, findings.count(Violation.LOST));
    }

    @Test
    void shouldAllowRepetitionAtQos1Only() {
        audience.receive(atLeastOnce, 0, 1);
        audience.receive(atLeastOnce, 0, 1);
        assertTrue(findings.isClean());
        assertEquals(1, findings.repeated);
        audience.receive(once, 0, 2);
        audience.receive(once, 0, 2);
        assertEquals(1, findings.count(Violation.TWICE));
    }

    @Test
    void shouldSeeAMessageThatComesTooLateAndNoRepetition() {
        audience.receive(atLeastOnce, 0, 1);
        audience.receive(atLeastOnce, 2, 1);
        audience.receive(atLeastOnce, 0, 1);
        assertTrue(findings.isClean());
        audience.receive(atLeastOnce, 1, 1);
        assertEquals(1, findings.count(Violation.MISORDERED));
    }

    @Test
    void shouldNotAskMembersOfAGroupForOrder() {
        Audience group = audience(false);
        group.receive(once, 1, 2);
        group.receive(once, 0, 2);
        assertTrue(findings.isClean());
    }

    @Test
    void shouldSeeAWrongQos() {
        audience.receive(once, 0, 1);
        assertEquals(1, findings.count(Violation.DAMAGED));
    }
}
