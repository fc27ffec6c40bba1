// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A bound Unix domain socket whose file only its owner can open, from the moment on at which it can be seen. Any thread.
 *
 * <p>Binding creates the file with whatever permissions the umask leaves, and there is no way to say others. So it is
 * bound in a new directory that nobody else can enter, is given its permissions there, and is then moved to its place:
 * those who connect find the socket by the file, not by the path at which it was bound. Moving also replaces, in one
 * step, what a dead broker left behind, and the socket of the console that this one succeeds while it still runs.
 *
 * <p>For the same reason {@link #close()} removes the file only if it is still this one.
 */
final class SocketFile implements Closeable {
    private static final String NAME = "shell.sock";

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final ServerSocketChannel channel;
    private final @Nullable Object fileKey;

    private SocketFile(Path path, ServerSocketChannel channel, @Nullable Object fileKey) {
        this.path = path;
        this.channel = channel;
        this.fileKey = fileKey;
    }

    /**
     * Binds the shell's socket in this directory.
     *
     * @throws IOException with a message for the operator, if that does not work
     */
    static SocketFile bind(Path data) throws IOException {
        Path path = data.resolve(NAME);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !attributes(path).isOther()) {
            throw new IOException(path + " is there and is no socket");
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return new SocketFile(path, channel, bind(channel, data, path));
        } catch (SocketException failure) {
            channel.close();
            throw cannotBind(path, failure);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Binds the channel in a private directory and moves the file to its place; returns the file's identity. */
    private static @Nullable Object bind(ServerSocketChannel channel, Path data, Path path) throws IOException {
        Path directory = privateDirectory(data);
        Path file = directory.resolve("s");
        try {
            channel.bind(UnixDomainSocketAddress.of(file));
            Files.setPosixFilePermissions(file, OWNER);
            Object fileKey = attributes(file).fileKey();
            Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
            return fileKey;
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    Path path() {
        return path;
    }

    /** Waits for the next client; fails with a {@link java.nio.channels.ClosedChannelException} once this is closed. */
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            if (fileKey != null && fileKey.equals(attributes(path).fileKey())) {
                Files.delete(path);
            }
        } catch (NoSuchFileException gone) {
            // somebody else has removed it: what was to be reached
        }
    }

    /** A new directory; the path of a socket in it is as long as that of the socket in its place. */
    private static Path privateDirectory(Path data) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String name = String.format("sh%06x", ThreadLocalRandom.current().nextInt(0x100_0000));
            try {
                return Files.createDirectory(data.resolve(name), OWNER_DIRECTORY);
            } catch (FileAlreadyExistsException taken) {
                if (attempt == 10) {
                    throw taken;
                }
            } catch (NoSuchFileException noData) {
                throw new IOException("the directory " + data + " does not exist", noData);
            } catch (UnsupportedOperationException noPermissions) {
                throw new IOException("the file system of " + data + " cannot keep others out", noPermissions);
            }
        }
    }

    /** Says how long the path is: the usual reason is that a socket's path has a limit of about a hundred bytes. */
    private static IOException cannotBind(Path path, IOException reason) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        return new IOException(
                "cannot bind " + path + ", a path of " + length + " bytes: " + reason.getMessage(), reason);
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
