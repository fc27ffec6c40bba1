// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that takes all the space that is left on a disk.
 *
 * <p>Used only on the main thread.
 */
final class Ballast {

    private static final int LARGEST_STEP = 1 << 20;

    private final Path path;

    Ballast(Path directory) {
        this.path = directory.resolve("ballast");
    }

    /** Takes what is free, to the last byte. */
    void fill() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(file.length());
            byte[] step = new byte[LARGEST_STEP];
            for (int length = step.length; length > 0; ) {
                if (!write(file, step, length)) {
                    length /= 2;
                }
            }
        }
    }

    // There is no other way to tell a full disk than that writing fails. It may have written a part.
    private static boolean write(RandomAccessFile file, byte[] bytes, int length) {
        try {
            file.write(bytes, 0, length);
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    /** Gives all back. */
    void release() throws IOException {
        Files.deleteIfExists(path);
    }
}
