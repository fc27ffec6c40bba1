// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.SecondStore;
import io.mortise.itests.ShellSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker is killed at any moment of a move between two durable stores: one of them has everything, and it knows which. */
class StoreMoveCrashIT {
    private static final int KILLS = Integer.getInteger("crash.moves");
    private static final long SEED = Long.getLong("crash.seed");
    private static final int LONGEST_MILLIS = 1_500;
    private static final long WHOLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int A_ROUND = 5;

    /** What goes to those who are away during a round fits into their queues, however long the moves of a busy machine take. */
    private static final String ROOMY_QUEUES = " --set io.mortise.engine:queue.maximum.messages=100000"
            + " --set io.mortise.engine:queue.maximum.bytes=134217728";

    @TempDir
    Path folder;

    /** Kills the broker some time after a move has begun, and the first time of a round just after it was done. */
    private static final class MoveAndKill implements Blow {
        private final Subject subject;
        private final Path bundle;
        private int cutOff;
        private int done;

        MoveAndKill(Subject subject, Path bundle) {
            this.subject = subject;
            this.bundle = bundle;
        }

        @Override
        public void strike(Exercise exercise) throws IOException {
            ShellSocket shell = new ShellSocket(subject.data().resolve("shell.sock"));
            int before = done + cutOff;
            if (before == 0) {
                shell.execute("install --probe 0 " + bundle).whenDone();
            }
            String from = complete(Files.exists(file()) ? Files.readAllLines(file()) : List.of("complete sqlite"));
            String to = from.equals("sqlite") ? "second" : "sqlite";
            CompletableFuture<ShellSocket.Answer> move = CompletableFuture.supplyAsync(() -> {
                try {
                    return shell.execute("store-move --replace " + from + " " + to);
                } catch (IOException killed) {
                    return new ShellSocket.Answer(0, "killed"); // that is what the test is about
                }
            });
            if (before % A_ROUND == 0) {
                exercise.drive(WHOLE_NANOS, move::isDone);
            } else {
                exercise.load(exercise.random.nextInt(LONGEST_MILLIS));
            }
            exercise.kill();
            move.join().whenDone();
            if (Files.exists(file()) && complete(Files.readAllLines(file())).equals(to)) {
                done++;
            } else {
                cutOff++;
            }
        }

        private Path file() {
            return subject.data().resolve("store-in-use");
        }

        private static String complete(List<String> lines) {
            return lines.get(0).substring("complete ".length());
        }
    }

    @Test
    void shouldLoseNothingWhenKilledWhileEverythingMoves() throws IOException {
        Subject subject = new Subject("full", Mortise.command("full") + ROOMY_QUEUES, folder);
        try (Exercise exercise = new Exercise(subject, SEED, 1000)) {
            MoveAndKill blow = new MoveAndKill(subject, SecondStore.write(folder));
            List<Row> rows = Blows.run(exercise, blow, new Blows.Plan(KILLS, A_ROUND, 20, 200));
            String table = Report.rounds("kills", rows) + blow.done + " moves done, " + blow.cutOff + " cut off\n";
            System.out.println(table);
            assertTrue(
                    exercise.stage.findings.isClean(),
                    () -> table + String.join("\n", exercise.stage.findings.words()));
            assertTrue(blow.done > 0 && blow.cutOff > 0, table);
        }
    }
}
