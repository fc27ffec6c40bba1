// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small disk of its own for the broker's data: ext4 in a file, mounted.
 *
 * <p>Used only on the main thread; {@link #close} also runs in a shutdown hook, so that an interrupted run leaves nothing mounted. It
 * needs root, loop devices, mkfs.ext4, and for {@link #cutPower} xfs_io (Debian's xfsprogs).
 */
final class Disk implements AutoCloseable {

    private static final long MEBIBYTE = 1 << 20;

    private final Path image;
    private final Path mountPoint;
    private final Thread hook = new Thread(this::unmount, "unmount-disk");
    private boolean mounted;

    /** This machine does not allow it. */
    static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1L;

        Unavailable(IOException reason) {
            super("no disk can be mounted here: " + reason.getMessage(), reason);
        }
    }

    private Disk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** Makes one and mounts it on {@code data} in the directory. */
    static Disk create(Path directory, int mebibytes) throws IOException {
        Path mountPoint = Files.createDirectories(directory.resolve("data"));
        Disk disk = new Disk(directory.resolve("disk.img"), mountPoint);
        try {
            try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
                file.setLength(mebibytes * MEBIBYTE);
            }
            Tool.run("mkfs.ext4", "-q", "-F", "-m", "0", disk.image.toString());
            disk.mount();
        } catch (IOException e) {
            disk.close();
            throw new Unavailable(e);
        }
        Runtime.getRuntime().addShutdownHook(disk.hook);
        return disk;
    }

    Path mountPoint() {
        return mountPoint;
    }

    private void mount() throws IOException {
        Tool.run("mount", "-o", "loop", image.toString(), mountPoint.toString());
        mounted = true;
    }

    /** From now on nothing reaches the disk any more, and what was written but not synced has not reached it. */
    void cutPower() throws IOException {
        Tool.run("xfs_io", "-x", "-c", "shutdown", mountPoint.toString());
    }

    /** Mounts it again as after a power cut; nobody may use it meanwhile. */
    void remount() throws IOException {
        Tool.run("umount", mountPoint.toString());
        mounted = false;
        mount();
    }

    private void unmount() {
        if (mounted) {
            try {
                // lazily: a broker that is just ending may still be on it
                Tool.run("umount", "-l", mountPoint.toString());
                mounted = false;
            } catch (IOException e) {
                System.err.println("crash: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // interrupted: the hook does it
        }
        unmount();
        Files.deleteIfExists(image);
    }
}
