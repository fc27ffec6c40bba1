// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that everything is written to, while one broker has it for itself. The lock is the operating system's, so it
 * goes with the process however that ends. Any thread.
 */
final class DataDirectory implements Closeable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Makes {@code path} if it is not there, and keeps every other broker out of it until it is closed. */
    static DataDirectory open(Path path) throws CommandFailure {
        try {
            Files.createDirectories(path);
            // The real path, so that two names of one folder are one framework storage.
            Path real = path.toRealPath();
            FileChannel lockFile = FileChannel.open(
                    real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(lockFile) == null) {
                String owner = read(lockFile);
                lockFile.close();
                throw CommandFailure.failed(path + " is in use by another broker" + owner
                        + ": stop that one, or name another folder with --data");
            }
            lockFile.truncate(0);
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            lockFile.write(ByteBuffer.wrap(pid), 0);
            return new DataDirectory(real, lockFile);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write to " + path + " (" + e + "): name another folder with --data");
        }
    }

    /** The folder itself; absolute. */
    Path path() {
        return path;
    }

    /** Where the framework keeps its bundles. */
    Path framework() {
        return path.resolve("framework");
    }

    /**
     * Whether a file is empty in which the framework has written what it knows of a bundle: it does not wait until such a file is
     * on the disk, and forgets the bundle when it finds nothing there.
     */
    boolean isFrameworkTorn() throws IOException {
        if (!Files.isDirectory(framework())) {
            return false;
        }
        try (Stream<Path> files = Files.find(
                framework(), 3, (file, attributes) -> attributes.isRegularFile() && attributes.size() == 0)) {
            return files.anyMatch(file -> file.endsWith("bundle.info") || file.endsWith("revision.location"));
        }
    }

    /** Says what is installed in {@link #framework()}. */
    Path installedPlan() {
        return path.resolve("framework.sha256");
    }

    /**
     * An empty folder for what is only needed while this process lives; the one that was there is emptied. Native libraries
     * are unpacked into it, so it is not the system's, which may forbid to execute.
     */
    Path temporary() throws IOException {
        Path temporary = path.resolve("tmp");
        Files.createDirectories(temporary);
        try (Stream<Path> left = Files.walk(temporary)) {
            for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(temporary)) {
                    Files.delete(file);
                }
            }
        }
        return temporary;
    }

    /** Where Config Admin keeps its configurations. */
    Path configurations() {
        return path.resolve("configurations");
    }

    /** Where the shell of the broker on {@code data} can be reached. */
    static Path shellSocket(Path data) {
        return data.resolve("shell.sock");
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static @Nullable FileLock lock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held within this process.
            return null;
        }
    }

    private static String read(FileChannel lockFile) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        lockFile.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }
}
