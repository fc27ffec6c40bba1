// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A program that cannot find anything proves nothing: a broker that keeps all in memory has to fail it. */
class ForgetfulBrokerIT {

    @Test
    void shouldFindWhatAStoreInMemoryLoses() throws IOException {
        Blows.Plan once = new Blows.Plan(1, 1, 800, 801);
        Trial trial = new Trial(Trial.Kind.KILL, "minimal", Mortise.command("minimal"), 1, 500, once, 0, false);
        Findings findings = trial.run().findings();
        assertNotEquals(0, findings.count(Violation.LOST));
        assertNotEquals(0, findings.count(Violation.SESSION));
        assertNotEquals(0, findings.count(Violation.RETAINED));
        // what it does not lose it does right
        assertEquals(0, findings.count(Violation.DAMAGED));
        assertEquals(0, findings.count(Violation.MISORDERED));
        assertEquals(0, findings.count(Violation.TWICE));
        assertEquals(0, findings.count(Violation.PROTOCOL));
    }
}
