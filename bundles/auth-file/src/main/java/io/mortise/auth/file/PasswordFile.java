// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A password file that is being edited: a user is set or struck out, everything else stays as it is, comments too. Used by
 * one thread.
 *
 * <p>The file is replaced as a whole, so that a broker which reads it at that moment sees the old one or the new one.
 */
final class PasswordFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** What a file without users says: an empty one would be taken for one that was cut off. */
    private static final String NOBODY = "# no users";

    private final Path path;
    private final boolean isNew;
    private final List<String> lines;

    private PasswordFile(Path path, boolean isNew, List<String> lines) {
        this.path = path;
        this.isNew = isNew;
        this.lines = new ArrayList<>(lines);
    }

    /**
     * Opens a file, which need not be there yet.
     *
     * @throws BrokenFile if it is there and is none
     */
    static PasswordFile open(Path path) throws IOException, BrokenFile {
        if (!Files.exists(path)) {
            return new PasswordFile(path, true, List.of());
        }
        Path real = path.toRealPath(); // a link stays one
        byte[] bytes = Files.readAllBytes(real);
        if (bytes.length == 0) {
            return new PasswordFile(real, false, List.of());
        }
        Lines lines = Lines.of(bytes);
        Users.parse(lines);
        return new PasswordFile(real, false, lines.all());
    }

    boolean isNew() {
        return isNew;
    }

    /** Gives a user this password, and makes the user if need be. */
    void set(String name, PasswordHash hash) {
        String line = Users.line(name, hash);
        int at = find(name);
        if (at >= 0) {
            lines.set(at, line);
        } else {
            lines.remove(NOBODY);
            lines.add(line);
        }
    }

    /** Strikes a user out; whether there was one. */
    boolean delete(String name) {
        int at = find(name);
        if (at < 0) {
            return false;
        }
        lines.remove(at);
        return true;
    }

    private int find(String name) {
        for (int i = 0; i < lines.size(); i++) {
            if (name.equals(Users.nameIn(lines.get(i)))) {
                return i;
            }
        }
        return -1;
    }

    /** Puts it in the place of the file on disk, which keeps its owner and who may read it. */
    void save() throws IOException {
        if (lines.isEmpty()) {
            lines.add(NOBODY);
        }
        Path next = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException busy) {
            throw new IOException(next + " is there: somebody else writes it, or did not come to an end", busy);
        }
        try {
            if (!isNew) {
                likeTheOld(next);
            }
            Files.write(next, lines, StandardCharsets.UTF_8, StandardOpenOption.SYNC);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            Files.deleteIfExists(next);
            throw failure;
        }
    }

    private void likeTheOld(Path next) throws IOException {
        PosixFileAttributes old = Files.readAttributes(path, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
        PosixFileAttributes fresh = view.readAttributes();
        if (!old.owner().equals(fresh.owner())) {
            view.setOwner(old.owner());
        }
        if (!old.group().equals(fresh.group())) {
            view.setGroup(old.group());
        }
        view.setPermissions(old.permissions());
    }
}
