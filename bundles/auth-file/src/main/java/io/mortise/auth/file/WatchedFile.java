// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose content is in force, and is read again when the file changes. What is broken changes nothing: the last good
 * content stays, and at the beginning that is the one which lets nobody in.
 *
 * <p>Looked after by one thread; any thread asks for the content.
 */
final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private final String what;
    private final Path path;
    private final Format<T> format;
    private volatile T content;
    private volatile boolean everGood;
    private volatile String problem = "";
    private Stamp read;
    private Stamp seen;

    /** How the content is read. */
    @FunctionalInterface
    interface Format<T> {
        T parse(Lines lines) throws BrokenFile;
    }

    /** By what a change is noticed. */
    private record Stamp(
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {

        static Stamp of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException notThere) {
                return new Stamp(null, -1, null);
            }
        }
    }

    /** Reads the file at once. */
    WatchedFile(String what, Path path, T nothing, Format<T> format) {
        this.what = what;
        this.path = path;
        this.content = nothing;
        this.format = format;
        this.seen = Stamp.of(path);
        this.read = seen;
        read();
    }

    T content() {
        return content;
    }

    /** What is wrong with the file as it is now, and what is in force meanwhile; empty if nothing is. */
    String problem() {
        return problem;
    }

    /** Whether the file was ever right. */
    boolean isUsable() {
        return everGood;
    }

    /**
     * Looks whether the file has changed. It is read when it was the same twice in a row, so that whoever writes it has the
     * time between two looks to go on.
     *
     * @return whether there is a new content
     */
    boolean look() {
        Stamp now = Stamp.of(path);
        boolean calm = now.equals(seen);
        seen = now;
        if (!calm || now.equals(read)) {
            return false;
        }
        read = now;
        return read();
    }

    private boolean read() {
        try {
            content = format.parse(Lines.of(Files.readAllBytes(path)));
            everGood = true;
            problem = "";
            LOG.info("{}: the {} in it are in force", path, what);
            return true;
        } catch (BrokenFile broken) {
            refused(broken.getMessage());
        } catch (NoSuchFileException missing) {
            if (everGood) {
                refused("there is no such file");
            } else { // it is no fault where nobody asks for it
                LOG.info("{}: there is no such file; nobody is let in by the {} in it until there is", path, what);
            }
        } catch (IOException unreadable) {
            refused("it cannot be read: " + unreadable);
        }
        return false;
    }

    private void refused(String reason) {
        String instead = everGood ? "what it said before stays in force" : "the door is closed until it is right";
        problem = path + ": " + reason + "; " + instead;
        LOG.error(problem);
    }
}
