// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Scenario SCENARIO =
            new Scenario(Shape.FAN_IN, 0, 1, 64, true, 1, 1, 0, 0, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO);

    private static Result result(String broker, int round, double cpuSeconds) {
        return new Result(
                broker,
                round,
                SCENARIO,
                1,
                1_000_000,
                cpuSeconds,
                1,
                new Result.Faults(1, 0, 0, 0, 0, true),
                new Result.Latency(1, 2),
                new Result.Latency(3, 4),
                new Result.Written(100, 250, 500),
                new Result.Memory(0, 0, 0));
    }

    @Test
    void shouldTakeMiddleOfFigures() {
        assertEquals(2, Report.median(List.of(3.0, 1.0, 2.0)));
        assertEquals(2.5, Report.median(List.of(4.0, 1.0, 2.0, 3.0)));
        assertTrue(Double.isNaN(Report.median(List.of())));
    }

    @Test
    void shouldCompareBrokersWithinTheSameRoundOnly() {
        List<Result> results = List.of(
                result("peer", 0, 6), // in round 1 the peer failed
                result("ours", 0, 2),
                result("ours", 1, 1000),
                result("peer", 2, 8),
                result("ours", 2, 2));
        String report = Report.comparison(List.of("peer", "ours"), List.of(SCENARIO), results);
        String expected = """
                | scenario     | peer msg/s | ours msg/s | peer CPU s/M | ours CPU s/M | ours : peer msg per CPU s |
                |--------------|-----------:|-----------:|-------------:|-------------:|--------------------------:|
                | fan-in QoS 0 |  1,000,000 |  1,000,000 |         7.00 |         2.00 |                      3.50 |
                """;
        assertEquals(expected, report);
    }

    @Test
    void shouldLeaveScenarioThatFailedWithoutFigures() {
        String report = Report.details(List.of("ours"), List.of(SCENARIO), List.of());
        assertTrue(report.contains("| fan-in QoS 0, ours |     - |"), report);
    }
}
