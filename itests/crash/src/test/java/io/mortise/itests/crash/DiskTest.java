// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {

    @TempDir
    private Path directory;

    private Disk disk() throws IOException {
        try {
            return Disk.create(directory, 16);
        } catch (Disk.Unavailable reason) {
            return abort(reason.getMessage());
        }
    }

    @Test
    void shouldLeaveNotOneByteAndGiveAllBack() throws IOException {
        try (Disk disk = disk()) {
            Path other = disk.mountPoint().resolve("other");
            Files.createFile(other);
            Ballast ballast = new Ballast(disk.mountPoint());
            ballast.fill();
            assertThrows(IOException.class, () -> Files.write(other, new byte[1]));
            ballast.release();
            Files.write(other, new byte[1]);
        }
    }

    @Test
    void shouldLoseWhatWasNotSyncedWhenThePowerIsCut() throws IOException {
        try (Disk disk = disk()) {
            Files.write(disk.mountPoint().resolve("unsynced"), new byte[5000]);
            disk.cutPower();
            disk.remount();
            Path file = disk.mountPoint().resolve("unsynced");
            assertEquals(0, Files.exists(file) ? Files.size(file) : 0);
        }
        assertEquals(0, directory.toFile().list((d, name) -> name.endsWith(".img")).length);
    }
}
