// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The durable distribution keeps what it has acknowledged, whatever ends it; how often is a property of the build. */
class KeptPromisesIT {

    private static final int KILLS = Integer.getInteger("crash.kills");
    private static final int CUTS = Integer.getInteger("crash.cuts");
    private static final int FILLS = Integer.getInteger("crash.fills");
    private static final int REST_SECONDS = Integer.getInteger("crash.rest.seconds");
    private static final long SEED = Long.getLong("crash.seed");

    @BeforeAll
    static void requireDurableStore() throws IOException {
        assumeTrue(Mortise.plan("full").contains("store.sqlite"), "full keeps all in memory");
    }

    private static void keepsPromises(Trial.Kind kind, int amount, int diskMebibytes) throws IOException {
        Blows.Plan plan = new Blows.Plan(amount, 10, 20, 600);
        Trial trial = new Trial(kind, "full", Mortise.command("full"), SEED, 1000, plan, diskMebibytes, false);
        Trial.Outcome outcome;
        try {
            outcome = trial.run();
        } catch (Disk.Unavailable reason) {
            abort(reason.getMessage());
            return;
        }
        System.out.println(outcome.table());
        assertTrue(outcome.words().isEmpty(), () -> outcome.table() + String.join("\n", outcome.words()));
    }

    @Test
    void shouldLoseNothingWhenKilled() throws IOException {
        keepsPromises(Trial.Kind.KILL, KILLS, 0);
    }

    @Test
    void shouldLoseNothingWhenThePowerIsCut() throws IOException {
        keepsPromises(Trial.Kind.CUT, CUTS, 256);
    }

    @Test
    void shouldLoseNothingWhenTheDiskIsFullAndGoOnByItself() throws IOException {
        keepsPromises(Trial.Kind.FILL, FILLS, 48);
    }

    @Test
    void shouldWriteNothingAtRest() throws IOException {
        keepsPromises(Trial.Kind.REST, REST_SECONDS, 0);
    }
}
