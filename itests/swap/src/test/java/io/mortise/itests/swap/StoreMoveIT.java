// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.RunningBroker;
import io.mortise.itests.SecondStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything moves to another store and back, while two hundred clients talk, who notice a pause. */
class StoreMoveIT {
    @TempDir
    static Path folder;

    @Test
    void shouldMoveEverythingToAnotherStoreAndBack() throws Exception {
        try (Stage stage = new Stage(folder)) {
            Operator operator = stage.operator();
            operator.execute("install --probe 0 " + SecondStore.write(folder));
            int before = stage.classLoaders();
            for (int round = 0; round < 5; round++) {
                for (String names : new String[] {"sqlite second", "second sqlite"}) {
                    stage.visitors().leave();
                    assertMoved(operator.execute("store-move " + names));
                    stage.crowd().settle();
                    stage.visitors().comeBack();
                }
            }
            stage.replace(Part.ENGINE, Road.SWAP_COMMAND);
            assertMoved(operator.execute("store-move sqlite second"));
            stage.replace(Part.ENGINE, Road.SWAP_COMMAND);
            operator.execute("uninstall --probe 0 io.mortise.store.sqlite");
            stage.crowd().settle();
            String answer = operator.tries("store-move second sqlite");
            assertTrue(answer.contains("another store that is installed and runs expected"), answer);
            stage.awaitClassLoaders(before);
        }
    }

    private static void assertMoved(String answer) {
        Matcher moved = Pattern.compile(
                        "everything was held for \\d+ ms\n(\\d+) sessions with \\d+ messages, and (\\d+) retained messages"
                                + " moved from")
                .matcher(answer);
        assertTrue(moved.find(), answer);
        assertTrue(Integer.parseInt(moved.group(1)) > 0 && Integer.parseInt(moved.group(2)) > 0, answer);
    }

    @Test
    void shouldUseWhereEverythingIsWhenItStartsAgain() throws Exception {
        Path data = folder.resolve("again");
        RunningBroker first = new RunningBroker(data);
        try {
            first.shell("install", "--probe", "0", SecondStore.write(folder).toString());
            first.shell("store-move", "sqlite", "second");
            assertEquals("complete second\n", Files.readString(data.resolve("store-in-use")));
        } finally {
            first.command().close();
        }
        try (RunningBroker again = new RunningBroker(data, "--set", "io.mortise.engine:store=sqlite")) {
            String log = again.command().transcript();
            assertTrue(log.contains("The store second is in use, for everything was moved there"), log);
            again.shell("store-move", "second", "sqlite");
            assertEquals("complete sqlite\n", Files.readString(data.resolve("store-in-use")));
        }
    }
}
