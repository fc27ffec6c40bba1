// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mortise.api.protocol.Payload;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswdTest {

    @TempDir
    private Path folder;

    private Path file;
    private String said = "";

    @BeforeEach
    void setUp() {
        file = folder.resolve("users");
    }

    @Test
    void shouldBeFoundByTheLauncher() {
        assertTrue(ServiceLoader.load(ToolProvider.class).stream().anyMatch(tool -> tool.type() == Passwd.class));
        assertEquals("passwd", new Passwd().name());
    }

    @Test
    void shouldMakeAFileThatOnlyItsOwnerReads() throws Exception {
        assertEquals(0, passwd("secret\n", "--password-stdin", file.toString(), "alice"));

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(users().verify("alice", Payload.of("secret")));
        assertEquals(1, Files.readAllLines(file).size());
    }

    @Test
    void shouldChangeOneUserAndNothingElse() throws Exception {
        String bob = "bob:" + PasswordHash.of("builder", 3);
        Files.write(file, List.of("# staff", bob, "", "alice:" + PasswordHash.of("old", 3)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertEquals(0, passwd("new", "--password-stdin", file.toString(), "alice"));
        assertEquals(List.of("# staff", bob, ""), Files.readAllLines(file).subList(0, 3));
        assertTrue(users().verify("alice", Payload.of("new")));
        assertFalse(users().verify("alice", Payload.of("old")));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldStrikeUsersOutAndLeaveAFileThatIsWhole() throws Exception {
        passwd("secret", "--password-stdin", file.toString(), "alice");

        assertEquals(0, passwd("", "--delete", file.toString(), "alice"));
        assertEquals(0, users().count());
        assertEquals(1, passwd("", "--delete", file.toString(), "alice"));
        assertEquals(0, passwd("secret", "--password-stdin", file.toString(), "bob"));
        assertEquals(1, Files.readAllLines(file).size());
    }

    @Test
    void shouldFollowALink() throws Exception {
        Files.createFile(folder.resolve("real"));
        Files.createSymbolicLink(file, folder.resolve("real"));

        assertEquals(0, passwd("secret", "--password-stdin", file.toString(), "alice"));
        assertTrue(Files.isSymbolicLink(file));
        assertTrue(users().verify("alice", Payload.of("secret")));
    }

    @Test
    void shouldNotTouchAFileThatIsSomethingElse() throws Exception {
        Files.writeString(file, "alice\n");

        assertEquals(1, passwd("secret", "--password-stdin", file.toString(), "bob"));
        assertEquals("alice\n", Files.readString(file));
        assertTrue(said.contains("line 1: expected name:hash"), said);
    }

    @Test
    void shouldNotWriteTogetherWithSomebodyElse() throws Exception {
        Files.createFile(folder.resolve("users.new"));

        assertEquals(1, passwd("secret", "--password-stdin", file.toString(), "bob"));
        assertFalse(Files.exists(file));
        assertTrue(said.contains("users.new is there"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "#alice", " alice", "alice ", "a\nb", "a\u0000b"})
    void shouldRefuseNamesThatCannotStandInTheFile(String name) throws Exception {
        assertEquals(1, passwd("secret", "--password-stdin", file.toString(), name));
        assertFalse(Files.exists(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two\nlines\n", "nul\u0000"})
    void shouldRefusePasswordsThatNobodyMeans(String password) throws Exception {
        assertEquals(1, passwd(password, "--password-stdin", file.toString(), "alice"));
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldSayWhatItExpects() {
        assertEquals(2, passwd("", file.toString()));
        assertEquals(2, passwd("", "--delete", "--password-stdin", file.toString(), "alice"));
        assertEquals(2, passwd("", "--frobnicate", file.toString()));
        assertEquals(1, passwd("", file.toString(), "alice"));
        assertTrue(said.contains("--password-stdin"), said);
    }

    /** Files go both ways: Mosquitto's program changes one of ours, and ours one of its. */
    @Test
    void shouldShareFilesWithMosquitto() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mosquitto_passwd")), "mosquitto_passwd is not installed");
        mosquittoPasswd("-c", "-b", file.toString(), "alice", "secret");
        mosquittoPasswd("-H", "sha512", "-b", file.toString(), "bob", "builder");
        mosquittoPasswd("-b", file.toString(), "z\u00fcrich", "gr\u00fcezi mitenand");
        passwd("sesame", "--password-stdin", file.toString(), "ali baba");
        mosquittoPasswd("-b", file.toString(), "alice", "other");

        Users users = users();
        assertEquals(4, users.count());
        assertTrue(users.verify("alice", Payload.of("other")));
        assertFalse(users.verify("alice", Payload.of("secret")));
        assertTrue(users.verify("bob", Payload.of("builder")));
        assertTrue(users.verify("z\u00fcrich", Payload.of("gr\u00fcezi mitenand")));
        assertTrue(users.verify("ali baba", Payload.of("sesame")));
    }

    private static void mosquittoPasswd(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/usr/bin/mosquitto_passwd");
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private int passwd(String input, String... arguments) {
        StringWriter words = new StringWriter();
        PrintWriter writer = new PrintWriter(words);
        int status = new Passwd(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), null)
                .run(writer, writer, arguments);
        said = words.toString();
        return status;
    }

    private Users users() throws Exception {
        return Users.parse(Lines.of(Files.readAllBytes(file)));
    }
}
