// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/**
 * The bundles that were put in by hand, and those whose place they took: copies in a folder that only the broker writes.
 *
 * <p>What is judged here is what runs later, whatever becomes of the file that the operator named. A file's name is its
 * checksum, so that nothing that a bundle says of itself is a path. Used by one thread at a time.
 */
final class Shelf {
    private static final String JAR = ".jar";

    private final Path folder;

    Shelf(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes a copy.
     *
     * @param name how messages call it
     */
    Candidate put(InputStream source, String name) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path arriving = Files.createTempFile(folder, "arriving", ".part");
        try {
            Files.copy(source, arriving, StandardCopyOption.REPLACE_EXISTING);
            Candidate read = Candidate.read(arriving, name);
            Path file = folder.resolve(read.sha256() + JAR);
            Files.move(arriving, file, StandardCopyOption.ATOMIC_MOVE);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // the order in which they are forgotten
            return read.in(file);
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    /** Takes a copy of an installed bundle: of the file that it came from if that is still its content. */
    Candidate put(Bundle bundle) throws IOException {
        Content content = new Content(bundle);
        Path file = BundleActions.file(bundle);
        boolean isThere = file != null && Files.isRegularFile(file) && content.isThatOf(file);
        try (InputStream in = isThere ? Files.newInputStream(file) : content.asJar()) {
            return put(in, BundleActions.label(bundle));
        }
    }

    /** The copy with this checksum. */
    Candidate get(String sha256) throws IOException {
        Path file = folder.resolve(sha256 + JAR);
        if (!sha256.matches("[0-9a-f]{64}") || !Files.exists(file)) {
            throw new SwapFailure("the version with the checksum " + sha256 + " is not kept any more");
        }
        return Candidate.read(file, file.toString());
    }

    /** Forgets all but the latest {@code kept} of each bundle, and those that are in use. */
    void forgetOldOnes(int kept, Set<Path> inUse) throws IOException {
        List<Candidate> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(JAR))
                    .sorted(Comparator.comparing(Shelf::age).reversed())
                    .toList()) {
                all.add(Candidate.read(file, file.toString()));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            Candidate candidate = all.get(i);
            long later = all.subList(0, i).stream()
                    .filter(other -> other.symbolicName().equals(candidate.symbolicName()))
                    .count();
            if (later >= kept && !inUse.contains(candidate.file())) {
                Files.deleteIfExists(candidate.file());
            }
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
