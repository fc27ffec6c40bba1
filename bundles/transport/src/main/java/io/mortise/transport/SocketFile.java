// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a Unix domain socket, which outlives a process that was killed. */
final class SocketFile {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    private SocketFile() {}

    /** Removes what a process left that is gone; a socket that someone listens on stays, and so does every other file. */
    static void removeIfDead(Path path) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isOther()) {
                return;
            }
        } catch (IOException nothingThere) {
            return;
        }
        try (SocketChannel caller = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            LOG.debug("{} answers {}", path, caller);
        } catch (IOException nobodyListens) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failure) {
                LOG.warn("{} is left over and cannot be removed", path, failure);
            }
        }
    }

    /** Lets nobody but the owner of this process connect; who else may is a matter of the folder's owner, and chmod. */
    static void forOwnerOnly(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | UnsupportedOperationException failure) {
            LOG.warn("{}: its permissions cannot be set", path, failure);
        }
    }
}
