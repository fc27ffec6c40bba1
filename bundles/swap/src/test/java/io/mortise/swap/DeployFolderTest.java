// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

class DeployFolderTest {
    @TempDir
    Path data;

    private final List<String> done = new ArrayList<>();
    private Path folder;
    private Journal journal;
    private DeployFolder deploy;
    private boolean refusing;

    @BeforeEach
    void begin() throws IOException {
        folder = Files.createDirectory(data.resolve("deploy"));
        journal = new Journal(data.resolve("audit.log"));
        deploy = new DeployFolder(folder, new Noting(), journal);
    }

    /** Notes what is asked of it, in the journal too. */
    private final class Noting implements DeployFolder.Target {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public String take(Path file, String by) throws IOException {
            done.add("take " + file.getFileName());
            if (refusing) {
                throw new SwapFailure("no");
            }
            journal.add(by, Swaps.INSTALL, null, Candidate.read(file, "it"), 1, Journal.DONE);
            return "taken";
        }

        @Override
        public String leave(Journal.Entry brought, String by) throws IOException {
            done.add("leave " + brought.bundle());
            if (refusing) {
                throw new SwapFailure("no");
            }
            journal.add(by, Swaps.UNINSTALL, candidate(), null, 1, Journal.DONE);
            return "left";
        }
    }

    private static Candidate candidate() {
        return new Candidate(Path.of("x"), "com.example.a", Version.emptyVersion, "a".repeat(64), false, Set.of());
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            deploy.look();
        }
    }

    private byte[] jar(String content) throws IOException {
        return Jars.named("com.example.a", "1.0.0", content);
    }

    @Test
    void shouldTakeAFileOnceItDoesNotChangeAnyMore() throws IOException {
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(1);
        assertEquals(List.of(), done, "it may still be written");
        look(5);
        assertEquals(List.of("take a.jar"), done);
    }

    @Test
    void shouldLeaveAHalfCopiedFileAlone() throws IOException {
        byte[] whole = jar("one");
        Files.write(folder.resolve("a.jar"), Arrays.copyOf(whole, whole.length / 2));
        look(5);
        assertEquals(List.of(), done);
        Files.write(folder.resolve("a.jar"), whole);
        look(3);
        assertEquals(List.of("take a.jar"), done);
    }

    @Test
    void shouldPassOverWhatIsNoJarOrHidden() throws IOException {
        Files.write(folder.resolve(".a.jar"), jar("one"));
        Files.write(folder.resolve("a.jar.part"), jar("one"));
        Files.createDirectory(folder.resolve("b.jar"));
        look(3);
        assertEquals(List.of(), done);
    }

    @Test
    void shouldTryAgainOnlyWhenTheFileChanges() throws IOException {
        refusing = true;
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(5);
        assertEquals(List.of("take a.jar"), done);
        Files.write(folder.resolve("a.jar"), jar("another, which is longer"));
        look(5);
        assertEquals(List.of("take a.jar", "take a.jar"), done);
    }

    @Test
    void shouldLetGoWhatAFileHasBroughtWhenItIsGone() throws IOException {
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(3);
        Files.delete(folder.resolve("a.jar"));
        look(3);
        assertEquals(List.of("take a.jar", "leave com.example.a"), done);
    }

    @Test
    void shouldKnowAfterARestartWhatAFileHasBrought() throws IOException {
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(3);
        Files.delete(folder.resolve("a.jar"));
        deploy = new DeployFolder(folder, new Noting(), journal);
        look(3);
        assertEquals(List.of("take a.jar", "leave com.example.a"), done);
    }

    @Test
    void shouldAskOnceToLetGo() throws IOException {
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(3);
        refusing = true;
        Files.delete(folder.resolve("a.jar"));
        look(5);
        assertEquals(List.of("take a.jar", "leave com.example.a"), done);
    }

    @Test
    void shouldNotTakeAgainAfterARestartWhatItTookBefore() throws IOException {
        Files.write(folder.resolve("a.jar"), jar("one"));
        look(3);
        deploy = new DeployFolder(folder, new Noting(), journal);
        look(3);
        assertEquals(List.of("take a.jar"), done);
        Files.write(folder.resolve("a.jar"), jar("another, which is longer"));
        look(3);
        assertEquals(List.of("take a.jar", "take a.jar"), done);
    }
}
