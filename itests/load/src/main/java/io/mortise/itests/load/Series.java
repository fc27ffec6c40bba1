// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs that belong to one report: counts them, tells how each went, and keeps the results.
 *
 * <p>Used only on the main thread.
 */
final class Series {

    private final int planned;
    private final Progress progress = new Progress();
    private final List<Result> results = new ArrayList<>();
    private int done;

    Series(int planned) {
        this.planned = planned;
    }

    /** Measures once; a run that fails is told on the standard error and has no result. */
    void run(Scenario scenario, Broker broker, int round) {
        progress.begin("[%d/%d] %s, %s".formatted(++done, planned, scenario.label(), broker.name()));
        try {
            Result result = ScenarioRun.run(scenario, broker, round, progress);
            results.add(result);
            progress.end(String.format(
                    Locale.ROOT,
                    "%,.0f msg/s, %.2f CPU s/M",
                    result.messagesPerSecond(),
                    result.brokerCpuPerMillion()));
        } catch (IOException e) {
            progress.end("failed: " + e.getMessage());
        }
    }

    List<Result> results() {
        return results;
    }

    boolean isComplete() {
        return results.size() == planned;
    }
}
