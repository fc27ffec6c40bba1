// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.BundleFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** New versions that are broken, each in its way, are put back while two hundred clients talk, who notice nothing. */
class BrokenVersionsIT {
    @TempDir
    static Path folder;

    private static Stage stage;

    @BeforeAll
    static void begin() throws Exception {
        // much of what is swapped here never comes up, and each is waited for
        stage = new Stage(folder, "io.mortise.swap:deadline.millis=1000", "io.mortise.swap:pause.maximum.millis=5000");
    }

    @AfterAll
    static void end() throws Exception {
        if (stage != null) {
            stage.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CONSOLE", "SWAP"},
            mode = EnumSource.Mode.EXCLUDE) // they do not answer a shell that ends
    void shouldPutTheOldVersionBack(Part part) throws Exception {
        int before = stage.classLoaders();
        String version = stage.operator().version(part);
        for (Breakage breakage : Breakage.values()) {
            Path release = folder.resolve("release-" + part + breakage);
            BundleFile broken = breakage.apply(stage.operator().next(part), release);
            assertAnswers(breakage.answer(), stage.operator().fails(part, write(broken)));
            assertEquals(version, stage.operator().versionOfOldest(part), breakage.toString());
            stage.crowd().settle();
            Files.createFile(release);
            stage.operator().awaitOnly(part, version);
        }
        stage.awaitClassLoaders(before);
    }

    @Test
    void shouldPutTheOldVersionBackThatLetClientsIn() throws Exception {
        BundleFile unable = Breakage.answering(stage.operator().next(Part.AUTH_OPEN), Broken.Unable.class);
        assertAnswers(
                "a client that was let in before is refused now.*serves again",
                stage.operator().fails(Part.AUTH_OPEN, write(unable)));
        stage.crowd().settle();
    }

    /** By the folder: a shell that asks for it ends with the console. */
    @Test
    void shouldPutTheOldConsoleBack() throws Exception {
        int before = stage.classLoaders();
        Operator operator = stage.operator();
        String version = operator.version(Part.CONSOLE);
        for (Breakage breakage : Breakage.values()) {
            Path release = folder.resolve("release-" + Part.CONSOLE + breakage);
            BundleFile broken = breakage.apply(operator.next(Part.CONSOLE), release);
            operator.deploy(write(broken), "console.jar");
            String attempt = version + " -> " + broken.header("Bundle-Version");
            operator.awaitAnswer("history", attempt);
            String history = operator.execute("history");
            assertTrue(
                    history.lines()
                            .filter(line -> line.contains(attempt))
                            .allMatch(line -> line.contains("rolled back: ") || line.contains("refused: ")),
                    history);
            stage.crowd().settle();
            Files.createFile(release);
            operator.awaitOnly(Part.CONSOLE, version);
            Files.delete(operator.deployFolder().resolve("console.jar"));
        }
        stage.awaitClassLoaders(before);
    }

    @Test
    void shouldNotLetWhatReplacesOthersBeReplacedByItself() throws Exception {
        String version = stage.operator().version(Part.SWAP);
        for (Breakage breakage : Breakage.values()) {
            Path release = folder.resolve("release-" + Part.SWAP + breakage);
            BundleFile broken = breakage.apply(stage.operator().next(Part.SWAP), release);
            assertAnswers("nothing was done: ", stage.operator().fails(Part.SWAP, write(broken)));
            stage.operator().awaitOnly(Part.SWAP, version);
        }
        stage.crowd().settle();
    }

    @Test
    void shouldNameTheThreadThatAVersionHasLeftBehind() throws Exception {
        Path release = folder.resolve("release-thread");
        BundleFile leaving = Breakage.activatedBy(
                Breakage.holding(stage.operator().next(Part.ROUTER), release), Broken.LeavingAThread.class);
        stage.operator().replace(Part.ROUTER, Road.SWAP_COMMAND, write(leaving));
        stage.operator()
                .replace(Part.ROUTER, Road.SWAP_COMMAND, stage.operator().nextVersion(Part.ROUTER));
        assertAnswers(
                "io.mortise.router " + leaving.header("Bundle-Version") + ".* is held by thread \""
                        + Broken.LeavingAThread.THREAD + "\"",
                stage.operator().execute("leaks"));
        stage.crowd().settle();
        Files.createFile(release);
        stage.operator().awaitAnswer("leaks", "no version that is gone is held");
    }

    @Test
    void shouldShowTheWayToAnObjectThatAVersionHasLeftBehind() throws Exception {
        BundleFile leaving = Breakage.activatedBy(stage.operator().next(Part.ROUTER), Broken.LeavingAnObject.class);
        stage.operator().replace(Part.ROUTER, Road.SWAP_COMMAND, write(leaving));
        stage.operator()
                .replace(Part.ROUTER, Road.SWAP_COMMAND, stage.operator().nextVersion(Part.ROUTER));
        assertAnswers(
                "io.mortise.router " + leaving.header("Bundle-Version")
                        + ".* is held by something else than a thread in its code; leaks --path",
                stage.operator().execute("leaks"));
        assertAnswers(
                "io.mortise.router " + leaving.header("Bundle-Version")
                        + ".* is held by .*\n  > class java.lang.System.static props\n.*Broken\\$LeavingAnObject.class\n",
                stage.operator().execute("leaks --path"));
        stage.crowd().settle();
        BundleFile tidy = Breakage.activatedBy(
                stage.operator().next(Part.ROUTER).with(Broken.LeavingAnObject.class), Broken.TidyingUp.class);
        stage.operator().replace(Part.ROUTER, Road.SWAP_COMMAND, write(tidy));
        stage.operator().awaitAnswer("leaks", "no version that is gone is held");
    }

    private static Path write(BundleFile bundle) throws Exception {
        return bundle.write(Files.createTempFile(folder, "broken", ".jar"));
    }

    private static void assertAnswers(String expression, String answer) {
        assertTrue(
                Pattern.compile(expression, Pattern.DOTALL).matcher(answer).find(),
                expression + " expected in\n" + answer);
    }
}
