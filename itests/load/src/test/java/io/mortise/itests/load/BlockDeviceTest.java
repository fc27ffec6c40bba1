// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceTest {

    @TempDir
    private Path directory;

    @Test
    void shouldTakeDeviceNumberApart() {
        assertEquals(7, BlockDevice.major(0x0703));
        assertEquals(3, BlockDevice.minor(0x0703));
        assertEquals(259, BlockDevice.major(0x1001_0302));
        assertEquals(0x10002, BlockDevice.minor(0x1001_0302));
    }

    @Test
    void shouldCountSectorsWritten() throws IOException {
        Path statistics = Files.writeString(directory.resolve("stat"), "  1 2 3 4 5 6 70 8 9 10 11\n");
        assertEquals(70 * 512, new BlockDevice(statistics).writtenBytes());
    }

    @Test
    void shouldHaveNothingToSayOfWhatIsNoBlockDevice() throws IOException {
        assertEquals(0, new BlockDevice(directory.resolve("absent")).writtenBytes());
    }
}
