// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.protocol.Payload;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of a password file, with the hashes of their passwords. Immutable; any thread. */
final class Users {

    /** Nobody. */
    static final Users NOBODY = new Users(Map.of());

    /** Stands in for the hash of a user who is not there, when there is nobody at all. */
    private static final PasswordHash NOBODYS = PasswordHash.of("", 1);

    private static final int SEED = new SecureRandom().nextInt();

    private final Map<String, PasswordHash> hashes;
    private final List<PasswordHash> standIns;

    private Users(Map<String, PasswordHash> hashes) {
        this.hashes = hashes;
        this.standIns = List.copyOf(hashes.values());
    }

    /** Reads a password file: lines of {@code name:hash}. */
    static Users parse(Lines lines) throws BrokenFile {
        Map<String, PasswordHash> hashes = new LinkedHashMap<>();
        lines.forEachWithContent((number, line) -> {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new BrokenFile(number, "expected name:hash, got a user without a password");
            }
            String name = line.substring(0, colon);
            PasswordHash hash;
            try {
                checkName(name);
                hash = PasswordHash.parse(line.substring(colon + 1).stripTrailing());
            } catch (IllegalArgumentException wrong) {
                throw new BrokenFile(number, String.valueOf(wrong.getMessage()));
            }
            if (hashes.put(name, hash) != null) {
                throw new BrokenFile(number, name + " is there already");
            }
        });
        return new Users(hashes);
    }

    /**
     * Finds out whether a name can stand in a password file.
     *
     * @throws IllegalArgumentException if it cannot
     */
    static void checkName(String name) {
        if (name.isEmpty() || !name.strip().equals(name) || name.charAt(0) == '#' || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "expected a user name that does not begin with # or a blank, nor end with one, and has no colon");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("expected a user name without control characters");
        }
    }

    int count() {
        return hashes.size();
    }

    boolean has(String name) {
        return hashes.containsKey(name);
    }

    /**
     * Whether this is the password of that user. For a name that is not there it takes as long as for one that is: always
     * the same user stands in for it, whom nobody can tell.
     */
    boolean verify(String name, Payload password) {
        return hashToCompare(name).matches(password) & has(name);
    }

    PasswordHash hashToCompare(String name) {
        PasswordHash known = hashes.get(name);
        if (known != null) {
            return known;
        }
        if (standIns.isEmpty()) {
            return NOBODYS;
        }
        int mixed = (name.hashCode() ^ SEED) * 0x9E3779B9;
        return standIns.get(Math.floorMod(mixed ^ mixed >>> 16, standIns.size()));
    }

    /** The line that makes a user. */
    static String line(String name, PasswordHash hash) {
        return name + ":" + hash;
    }

    /** The user whom a line is about; {@code null} if it is about none. */
    static @Nullable String nameIn(String line) {
        int colon = line.indexOf(':');
        return line.isBlank() || line.charAt(0) == '#' || colon < 0 ? null : line.substring(0, colon);
    }
}
