// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The device that a directory is on.
 *
 * <p>Any thread.
 *
 * @param statistics its file in /sys, which is not there if it is no block device, as of a tmpfs
 */
record BlockDevice(Path statistics) {

    private static final int SECTORS_WRITTEN = 6;
    private static final long SECTOR = 512;

    static BlockDevice of(Path directory) throws IOException {
        long device = (long) Files.getAttribute(directory, "unix:dev");
        return new BlockDevice(Path.of("/sys/dev/block", major(device) + ":" + minor(device), "stat"));
    }

    // As glibc packs them into a dev_t.
    static long major(long device) {
        return device >>> 8 & 0xFFF | device >>> 32 & ~0xFFFL;
    }

    static long minor(long device) {
        return device & 0xFF | device >>> 12 & ~0xFFL;
    }

    /** What was written to it since the system was started. */
    long writtenBytes() throws IOException {
        if (!Files.exists(statistics)) {
            return 0;
        }
        String[] fields = Files.readString(statistics).trim().split(" +");
        return Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR;
    }
}
