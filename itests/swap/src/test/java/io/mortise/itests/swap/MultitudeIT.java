// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What there is a lot of has to be handed over, or built anew, when these parts are replaced: sessions and subscriptions. */
class MultitudeIT {
    private static final int CONNECTIONS = Integer.getInteger("mortise.multitude");
    private static final int SUBSCRIPTIONS_EACH = 10;

    @TempDir
    Path folder;

    @Test
    void shouldNotBeNoticedHoweverManyAreConnected() throws Exception {
        try (Stage stage = new Stage(folder)) {
            try (Multitude multitude = new Multitude(
                    stage.port(), CONNECTIONS, SUBSCRIPTIONS_EACH, stage.crowd().findings())) {
                stage.crowd().settle();
                stage.beCalm(5);
                for (Part part : new Part[] {Part.ROUTER, Part.ENGINE, Part.STORE_SQLITE}) {
                    for (Road road : Road.values()) {
                        stage.replace(part, road);
                    }
                }
                stage.table()
                        .write(
                                Path.of(System.getProperty("mortise.swaps.table"))
                                        .resolveSibling("multitude.md"),
                                "Java " + stage.javaVersion() + ", " + multitude.size() + " connections more with "
                                        + CONNECTIONS * SUBSCRIPTIONS_EACH + " subscriptions");
                stage.crowd().findings().areNone();
            }
        }
    }
}
