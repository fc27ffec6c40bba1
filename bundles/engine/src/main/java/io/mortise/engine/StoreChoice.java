// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which store has everything, by its name: the one that it was moved to last, or else the one that is configured. It is written
 * down before anything depends on it, so that a broker that ends at any moment finds the one that is complete.
 *
 * <p>The file has a line {@code complete NAME}, and a line {@code incomplete NAME} while another one has a part of it.
 *
 * <p>Used by one thread at a time.
 */
final class StoreChoice {
    /** Stands for the one that there is. */
    static final String ANY = "";

    private static final Logger LOG = LoggerFactory.getLogger(StoreChoice.class);
    private static final String COMPLETE = "complete";
    private static final String INCOMPLETE = "incomplete";

    private final Path file;
    private final String complete;

    /**
     * Reads the file, and says what is worth knowing.
     *
     * @param file need not be there
     * @param configured the name in the configuration; {@link #ANY} if there is none
     */
    StoreChoice(Path file, String configured) {
        this.file = file;
        Map<String, String> lines = read(file);
        String moved = lines.get(COMPLETE);
        complete = moved == null ? configured : moved;
        if (moved != null && !configured.equals(ANY) && !configured.equals(moved)) {
            LOG.warn(
                    "The store {} is in use, for everything was moved there, and not {}, as io.mortise.engine says: set store ="
                            + " {}, or use store-move",
                    moved,
                    configured,
                    moved);
        }
        String incomplete = lines.get(INCOMPLETE);
        if (moved != null && incomplete != null) {
            LOG.warn(
                    "A move between stores was cut off: the store {} has everything and is in use; what {} has is a part of it,"
                            + " and store-move --replace empties it first",
                    moved,
                    incomplete);
        }
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> lines = new HashMap<>();
        if (Files.exists(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ", 2);
                    if (words.length == 2) {
                        lines.put(words[0], words[1]);
                    }
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException("which store has everything cannot be read: " + file, unreadable);
            }
        }
        return lines;
    }

    /** The name of the store that has everything. */
    String complete() {
        return complete;
    }

    /** One has everything, another has a part of it: safe when this returns. */
    void write(String complete, String incomplete) throws IOException {
        write(List.of(COMPLETE + " " + complete, INCOMPLETE + " " + incomplete));
    }

    /** One has everything, and no other has anything: safe when this returns. */
    void write(String complete) throws IOException {
        write(List.of(COMPLETE + " " + complete));
    }

    private void write(List<String> lines) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true); // the name is in the folder
            }
        }
    }
}
