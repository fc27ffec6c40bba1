// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one round showed: all that was counted since the round before.
 *
 * @param restartMillis of each restart
 */
record Row(
        int blows,
        long published,
        long acknowledged,
        long refused,
        long delivered,
        long repeated,
        Map<Violation, Long> violations,
        List<Long> restartMillis) {

    /** Everything so far. */
    static Row soFar(Findings findings, int blows, List<Long> restartMillis) {
        Map<Violation, Long> violations = new EnumMap<>(Violation.class);
        for (Violation violation : Violation.values()) {
            violations.put(violation, findings.count(violation));
        }
        return new Row(
                blows,
                findings.published,
                findings.acknowledged,
                findings.refused,
                findings.delivered,
                findings.repeated,
                violations,
                List.copyOf(restartMillis));
    }

    /** What is in this one and not yet in an earlier one. */
    Row since(Row earlier) {
        Map<Violation, Long> more = new EnumMap<>(Violation.class);
        violations.forEach((violation, count) -> more.put(violation, count - earlier.count(violation)));
        List<Long> restarts = restartMillis.subList(earlier.restartMillis.size(), restartMillis.size());
        return new Row(
                blows - earlier.blows,
                published - earlier.published,
                acknowledged - earlier.acknowledged,
                refused - earlier.refused,
                delivered - earlier.delivered,
                repeated - earlier.repeated,
                more,
                new ArrayList<>(restarts));
    }

    long count(Violation violation) {
        return violations.getOrDefault(violation, 0L);
    }

    boolean isClean() {
        return violations.values().stream().allMatch(count -> count == 0);
    }
}
