// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

class ShelfTest {
    @TempDir
    Path folder;

    private Shelf shelf;

    @BeforeEach
    void open() {
        shelf = new Shelf(folder.resolve("bundles"));
    }

    @Test
    void shouldKeepACopyThatIsNamedByItsChecksum() throws IOException {
        byte[] jar = Jars.bundle(
                "x",
                "Bundle-SymbolicName",
                "com.example.a;singleton:=true",
                "Bundle-Version",
                "1.2.3.q",
                "Mortise-Swap",
                "stop-first, unattended");
        Candidate candidate = put(jar);
        assertEquals("com.example.a", candidate.symbolicName());
        assertEquals(new Version("1.2.3.q"), candidate.version());
        assertTrue(candidate.stopsFirst());
        assertEquals(candidate.sha256() + ".jar", candidate.file().getFileName().toString());
        assertArrayEquals(jar, Files.readAllBytes(candidate.file()));
        assertEquals(candidate, shelf.get(candidate.sha256()));
    }

    @Test
    void shouldLetNobodyElseIntoItsFolder() throws IOException {
        put(Jars.named("com.example.a", "1", "x"));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("bundles"))));
    }

    @Test
    void shouldRefuseWhatIsNoBundleAndKeepNothingOfIt() throws IOException {
        assertRefused("no jar".getBytes(StandardCharsets.UTF_8), "is no jar");
        assertRefused(Jars.bundle("x"), "is no OSGi bundle");
        assertRefused(Jars.bundle("x", "Bundle-SymbolicName", "a", "Bundle-Version", "one"), "a version that is none");
        assertRefused(Jars.bundle("x", "Bundle-SymbolicName", "a", "Fragment-Host", "b"), "is a fragment");
        try (Stream<Path> files = Files.list(folder.resolve("bundles"))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void shouldForgetTheOldestOfABundleUnlessItIsInUse() throws IOException {
        Candidate[] versions = new Candidate[5];
        for (int i = 0; i < versions.length; i++) {
            versions[i] = put(Jars.named("com.example.a", "1." + i, "x" + i));
            Files.setLastModifiedTime(versions[i].file(), FileTime.fromMillis(1_000_000L + i));
        }
        Candidate other = put(Jars.named("com.example.b", "1", "x"));
        shelf.forgetOldOnes(2, Set.of(versions[0].file()));
        assertTrue(Files.exists(versions[0].file()), "in use");
        assertFalse(Files.exists(versions[1].file()));
        assertFalse(Files.exists(versions[2].file()));
        assertTrue(Files.exists(versions[3].file()));
        assertTrue(Files.exists(versions[4].file()));
        assertTrue(Files.exists(other.file()), "of another bundle");
    }

    @Test
    void shouldSayThatAVersionIsNotKept() {
        SwapFailure gone = assertThrows(SwapFailure.class, () -> shelf.get("0".repeat(64)));
        assertTrue(gone.getMessage().contains("not kept any more"), gone.getMessage());
        assertThrows(SwapFailure.class, () -> shelf.get("../../etc/passwd"));
    }

    private Candidate put(byte[] jar) throws IOException {
        return shelf.put(new ByteArrayInputStream(jar), "it");
    }

    private void assertRefused(byte[] jar, String reason) {
        SwapFailure refusal = assertThrows(SwapFailure.class, () -> put(jar));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }
}
