// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlanFile;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {

    @TempDir
    Path home;

    private Distribution distribution;

    @BeforeEach
    void assemble() throws IOException {
        distribution = new Distribution(home);
        Files.createDirectories(distribution.plans());
        PlanFile.write(plan("a.jar", "b.jar"), distribution.plan("small"));
        PlanFile.write(plan("b.jar", "c.jar"), distribution.plan("extra"));
    }

    @Test
    void shouldPutThePlansOfSeveralFeaturesTogether() throws CommandFailure {
        assertEquals(plan("a.jar", "b.jar", "c.jar"), distribution.plan(List.of("small", "extra")));
    }

    @Test
    void shouldNameTheFeaturesThereAreWhenOneIsUnknown() {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> distribution.plan(List.of("small", "large")));

        assertEquals(CommandFailure.USAGE, failure.status());
        assertEquals("--feature large: there is no such feature: expected extra, small", failure.getMessage());
    }

    private static Plan plan(String... paths) {
        return new Plan(
                List.of(paths).stream()
                        .map(path -> new PlannedBundle(1, "00", path))
                        .toList(),
                Map.of(),
                Map.of());
    }
}
