// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Strikes the broker at random moments, starts it again, and after some of that sees whether anything is missing.
 *
 * <p>Used only on the main thread.
 */
final class Blows {

    /**
     * How much, and how often.
     *
     * @param count how often the broker is struck
     * @param aRound after how many blows everybody comes, gets everything, and it is counted
     * @param shortestMillis the shortest time of traffic before a blow
     * @param longestMillis the longest
     */
    record Plan(int count, int aRound, int shortestMillis, int longestMillis) {

        Plan {
            if (count < 1 || aRound < 1 || shortestMillis < 0 || longestMillis <= shortestMillis) {
                throw new IllegalArgumentException(
                        "at least one blow, and a shortest time below the longest expected, not " + count + ", "
                                + shortestMillis + " and " + longestMillis);
            }
        }
    }

    private final Exercise exercise;
    private final Blow blow;
    private final Plan plan;
    private final Progress progress = new Progress();
    private final List<Long> restartMillis = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private Row last;

    private Blows(Exercise exercise, Blow blow, Plan plan) {
        this.exercise = exercise;
        this.blow = blow;
        this.plan = plan;
        this.last = Row.soFar(exercise.stage.findings, 0, List.of());
    }

    /** Gives a row for each round, and one for all. */
    static List<Row> run(Exercise exercise, Blow blow, Plan plan) throws IOException {
        return new Blows(exercise, blow, plan).run();
    }

    private List<Row> run() throws IOException {
        exercise.begin();
        for (int done = 0; done < plan.count(); ) {
            int end = Math.min(plan.count(), done + plan.aRound());
            progress.begin("blows %d to %d of %d".formatted(done + 1, end, plan.count()));
            for (; done < end; done++) {
                exercise.load(exercise.random.nextInt(plan.shortestMillis(), plan.longestMillis()));
                blow.strike(exercise);
                restartMillis.add(exercise.restart());
                progress.tick(System.nanoTime());
            }
            exercise.drain();
            count(done);
        }
        rows.add(last);
        return rows;
    }

    private void count(int blows) {
        Row all = Row.soFar(exercise.stage.findings, blows, restartMillis);
        Row round = all.since(last);
        rows.add(round);
        last = all;
        progress.end(round.isClean() ? "nothing lost" : "violations");
    }
}
