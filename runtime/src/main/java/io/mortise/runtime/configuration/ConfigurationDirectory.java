// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder of configuration files and what has changed in it. It is looked at again and again rather than watched:
 * the few files are cheap to look at, and a folder that is a mount or a symbolic link is seen too. Used by one thread at a
 * time.
 */
final class ConfigurationDirectory {

    private final Path directory;
    private Map<Path, Stamp> settled = new TreeMap<>();
    private Map<Path, Stamp> lastSeen = new TreeMap<>();

    ConfigurationDirectory(Path directory) {
        this.directory = directory;
    }

    /** What tells one content of a file from the next. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    Path path() {
        return directory;
    }

    /** Every file there is now; what {@link #changes} finds is what comes after. */
    Iterable<Path> files() throws IOException {
        lastSeen = look();
        settled = lastSeen;
        return settled.keySet();
    }

    /**
     * The files that were changed, made ({@code true}) or removed ({@code false}) and have been left alone since the last
     * call, so that one that is still being written is not read.
     */
    Map<Path, Boolean> changes() throws IOException {
        Map<Path, Stamp> seen = look();
        Map<Path, Boolean> changes = new TreeMap<>();
        Map<Path, Stamp> next = new TreeMap<>(settled);
        seen.forEach((file, stamp) -> {
            if (!stamp.equals(settled.get(file)) && stamp.equals(lastSeen.get(file))) {
                changes.put(file, true);
                next.put(file, stamp);
            }
        });
        for (Path file : settled.keySet()) {
            // An editor may replace a file by removing it first: gone is gone when it is gone twice.
            if (!seen.containsKey(file) && !lastSeen.containsKey(file)) {
                changes.put(file, false);
                next.remove(file);
            }
        }
        lastSeen = seen;
        settled = next;
        return changes;
    }

    private Map<Path, Stamp> look() throws IOException {
        Map<Path, Stamp> seen = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ConfigurationFile.SUFFIX)) {
            for (Path file : files) {
                BasicFileAttributes attributes = attributes(file);
                if (attributes != null && attributes.isRegularFile()) {
                    seen.put(file, new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // No folder, no files: everything has a default.
            return seen;
        }
        return seen;
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
