// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.BundleFile;
import io.mortise.itests.Door;
import io.mortise.itests.TcpDoor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New versions of an auth provider are tried out on some of the clients that connect, while two hundred others talk. */
class CanaryIT {
    private static final int MOST_CLIENTS = 20_000;

    @TempDir
    static Path folder;

    private static Stage stage;

    @BeforeAll
    static void begin() throws Exception {
        stage = new Stage(folder);
    }

    @AfterAll
    static void end() throws Exception {
        if (stage != null) {
            stage.close();
        }
    }

    /** Who came while a command was at work. */
    private record Comers(String answer, int letIn, int refused) {}

    @Test
    void shouldLetANewVersionDecideAboutAShareAndThenTakeOver() throws Exception {
        int before = stage.classLoaders();
        BundleFile next = stage.operator().next(Part.AUTH_OPEN);
        Comers comers = whileClientsCome("swap --probe 0 --canary 30 --for 3 " + Part.AUTH_OPEN.symbolicName() + " "
                + next.write(Files.createTempFile(folder, "next", ".jar")));

        String answer = comers.answer();
        assertEquals(0, comers.refused(), answer);
        assertTrue(answer.contains("decides about 30 % of the clients"), answer);
        assertTrue(answer.contains("has taken the place of"), answer);
        Matcher counted = Pattern.compile("new version (\\d+) asked, \\1 accepted, 0 refused, 0 left to others; "
                        + "version in force (\\d+) asked, \\2 accepted")
                .matcher(answer);
        assertTrue(counted.find(), answer);
        assertTrue(Integer.parseInt(counted.group(1)) > 0, answer);
        assertTrue(Integer.parseInt(counted.group(2)) > Integer.parseInt(counted.group(1)), answer);
        stage.operator().awaitOnly(Part.AUTH_OPEN, next.header("Bundle-Version"));
        stage.crowd().settle();
        stage.awaitClassLoaders(before);
    }

    @Test
    void shouldTakeANewVersionOutThatFailsForItsShare() throws Exception {
        String version = stage.operator().version(Part.AUTH_OPEN);
        BundleFile failing = Breakage.answering(stage.operator().next(Part.AUTH_OPEN), Broken.Unable.class);
        Comers comers = whileClientsCome("swap --probe 0 --canary 10 --for 30 " + Part.AUTH_OPEN.symbolicName() + " "
                + failing.write(Files.createTempFile(folder, "failing", ".jar")));

        assertTrue(comers.answer().contains("the new version has failed"), comers.answer());
        assertTrue(comers.answer().contains("serves again"), comers.answer());
        assertTrue(comers.letIn() > comers.refused(), comers.toString());
        stage.operator().awaitOnly(Part.AUTH_OPEN, version);
        stage.crowd().settle();
    }

    @Test
    void shouldTakeANewVersionOutThatLetsFewerIn() throws Exception {
        String version = stage.operator().version(Part.AUTH_OPEN);
        BundleFile refusing = Breakage.answering(stage.operator().next(Part.AUTH_OPEN), Broken.Refusing.class);
        Comers comers = whileClientsCome("swap --probe 0 --canary 10 --for 30 " + Part.AUTH_OPEN.symbolicName() + " "
                + refusing.write(Files.createTempFile(folder, "refusing", ".jar")));

        assertTrue(comers.answer().contains("the new version lets fewer in"), comers.answer());
        assertTrue(comers.answer().contains("serves again"), comers.answer());
        assertTrue(comers.refused() > 0, comers.toString());
        stage.operator().awaitOnly(Part.AUTH_OPEN, version);
        stage.crowd().settle();
    }

    @Test
    void shouldSayWhereANewVersionDiffersWithoutAnyConsequence() throws Exception {
        int before = stage.classLoaders();
        String version = stage.operator().version(Part.AUTH_OPEN);
        BundleFile refusing = Breakage.answering(stage.operator().next(Part.AUTH_OPEN), Broken.Refusing.class);
        Comers comers = whileClientsCome("swap --shadow --for 2 " + Part.AUTH_OPEN.symbolicName() + " "
                + refusing.write(Files.createTempFile(folder, "refusing", ".jar")));

        assertEquals(0, comers.refused(), comers.answer());
        assertTrue(
                Pattern.compile("(?m)^comer-\\d+ was accepted as '', would be refused$")
                        .matcher(comers.answer())
                        .find(),
                comers.answer());
        assertTrue(comers.answer().contains("is taken out again"), comers.answer());
        stage.operator().awaitOnly(Part.AUTH_OPEN, version);
        assertTrue(stage.operator().execute("history").contains("compare"));
        stage.crowd().settle();
        stage.awaitClassLoaders(before);
    }

    @Test
    void shouldRefuseToTryOutWhatDecidesAboutNobody() throws Exception {
        String command = "swap --canary 10 " + Part.ROUTER.symbolicName() + " "
                + stage.operator().nextVersion(Part.ROUTER);
        String answer = stage.operator().tries(command);
        assertTrue(answer.contains("nothing was done: only who decides who may connect can be tried out"), answer);
    }

    @Test
    void shouldSayWhatIsExpected() throws Exception {
        String file =
                " " + Part.AUTH_OPEN.symbolicName() + " " + stage.operator().nextVersion(Part.AUTH_OPEN);
        String tooMany = stage.operator().tries("swap --canary 101" + file);
        assertTrue(tooMany.contains("--canary: 1 to 100 percent expected, got 101"), tooMany);
        String both = stage.operator().tries("swap --canary 10 --shadow" + file);
        assertTrue(both.contains("--canary or --shadow expected, got both"), both);
    }

    private static Comers whileClientsCome(String command) throws Exception {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return stage.operator().tries(command);
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
        Door door = new TcpDoor(stage.port());
        int letIn = 0;
        int refused = 0;
        for (int i = 0; i < MOST_CLIENTS && !answer.isDone(); i++) {
            String id = "comer-" + i;
            try (Client client = Client.connect(
                    door,
                    Packets.V5,
                    id,
                    Packets.connect(Packets.V5, id, true),
                    (comer, bytes, start, body, end) -> {},
                    new Findings())) {
                assertEquals(id, client.id());
                letIn++;
            } catch (IOException notLetIn) {
                refused++;
            }
        }
        return new Comers(answer.get(), letIn, refused);
    }
}
