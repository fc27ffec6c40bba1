// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Progress;
import io.mortise.itests.load.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Fills the disk under traffic to the last byte, for a while, and sees whether the broker goes on by itself once there is space.
 *
 * <p>Used only on the main thread. Every other time the broker is killed while the disk is full, so that what it acknowledged then has to
 * be on the disk.
 */
final class Fill {

    private static final int BEFORE_MILLIS = 1000;
    private static final int FULL_MILLIS = 3000;
    private static final int REFILL_MILLIS = 20;
    private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Exercise exercise;
    private final Ballast ballast;
    private final Progress progress = new Progress();
    private final List<Cycle> cycles = new ArrayList<>();

    /**
     * One time that the disk was full.
     *
     * @param killed whether the broker was killed while it was
     * @param whileFull what was counted in this time
     * @param all what was counted from before until everything had come
     * @param backMillis from when there was space to the next acknowledgement
     */
    record Cycle(boolean killed, Row whileFull, Row all, long backMillis) {}

    private Fill(Exercise exercise, Ballast ballast) {
        this.exercise = exercise;
        this.ballast = ballast;
    }

    static List<Cycle> run(Exercise exercise, Ballast ballast, int count) throws IOException {
        Fill fill = new Fill(exercise, ballast);
        exercise.begin();
        for (int i = 0; i < count; i++) {
            fill.progress.begin("full disk %d of %d".formatted(i + 1, count));
            Cycle cycle = fill.cycle(i % 2 == 1);
            fill.cycles.add(cycle);
            fill.progress.end(cycle.all().isClean() ? "nothing lost" : "violations");
        }
        return fill.cycles;
    }

    private Cycle cycle(boolean killing) throws IOException {
        Row begin = soFar(0);
        exercise.load(BEFORE_MILLIS);
        Row empty = soFar(0);
        for (int millis = 0; millis < FULL_MILLIS; millis += REFILL_MILLIS) {
            ballast.fill(); // also what the broker has given back
            exercise.load(REFILL_MILLIS);
        }
        if (killing) {
            exercise.kill();
        }
        Row full = soFar(0);
        ballast.release();
        if (!killing && !exercise.subject.isAlive()) {
            exercise.stage.findings.add(Violation.SERVICE, "the broker ended when the disk was full");
        }
        long backMillis = back(!exercise.subject.isAlive());
        exercise.load(BEFORE_MILLIS);
        exercise.drain();
        return new Cycle(killing, full.since(empty), soFar(1).since(begin), backMillis);
    }

    private long back(boolean restarting) throws IOException {
        long begin = System.nanoTime();
        Findings findings = exercise.stage.findings;
        if (restarting) {
            exercise.restart();
        }
        long before = findings.acknowledged;
        exercise.drive(BACK_NANOS, () -> findings.acknowledged > before);
        if (findings.acknowledged == before) {
            findings.add(Violation.SERVICE, "nothing acknowledged for 30 s after there was space again");
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private Row soFar(int blows) {
        return Row.soFar(exercise.stage.findings, blows, List.of());
    }

    static String report(List<Cycle> cycles) {
        List<String> head = new ArrayList<>(List.of(
                "full disk",
                "published",
                "acknowledged",
                "acknowledged while full",
                "refused while full",
                "back after ms"));
        for (Violation violation : Violation.values()) {
            head.add(violation.column);
        }
        Table table = new Table(head);
        for (Cycle cycle : cycles) {
            List<String> cells = new ArrayList<>(List.of(
                    cycle.killed() ? "killed and restarted" : "freed",
                    Report.count(cycle.all().published()),
                    Report.count(cycle.all().acknowledged()),
                    Report.count(cycle.whileFull().acknowledged()),
                    Report.count(cycle.whileFull().refused()),
                    Report.count(cycle.backMillis())));
            for (Violation violation : Violation.values()) {
                cells.add(Report.count(cycle.all().count(violation)));
            }
            table.add(cells);
        }
        return table.toString();
    }
}
