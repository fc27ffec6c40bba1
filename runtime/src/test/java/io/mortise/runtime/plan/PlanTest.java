// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void shouldHaveEachBundleOnceAndTheLaterConfigurationWhenTwoArePutTogether() {
        PlannedBundle a = new PlannedBundle(1, "aa", "a.jar");
        PlannedBundle b = new PlannedBundle(5, "bb", "b.jar");
        Plan first = new Plan(List.of(a), Map.of("p", Map.of("x", "1", "y", "1")), Map.of());
        Plan second = new Plan(List.of(a, b), Map.of("p", Map.of("y", "2"), "q", Map.of("z", "3")), Map.of());

        Plan both = first.and(second);

        assertEquals(List.of(a, b), both.bundles());
        assertEquals(Map.of("p", Map.of("x", "1", "y", "2"), "q", Map.of("z", "3")), both.configurations());
        assertEquals(5, both.highestStartLevel());
    }
}
