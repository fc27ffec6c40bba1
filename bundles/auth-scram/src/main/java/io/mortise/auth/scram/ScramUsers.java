// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The users of a file, with what recognizes their passwords. Immutable; any thread. */
final class ScramUsers {

    /** Nobody. */
    static final ScramUsers NOBODY = new ScramUsers(Map.of());

    private static final byte[] SECRET = new SecureRandom().generateSeed(32);

    private final Map<String, Verifier> verifiers;
    private final int usualIterations;

    private ScramUsers(Map<String, Verifier> verifiers) {
        this.verifiers = verifiers;
        Iterator<Verifier> all = verifiers.values().iterator();
        this.usualIterations = all.hasNext() ? all.next().iterations() : Verifier.ITERATIONS;
    }

    /**
     * Reads a file of lines {@code name:verifier}; blank ones and those that begin with {@code #} say nothing. A file that was
     * cut off is none: its last line has to end.
     */
    static ScramUsers parse(byte[] bytes) throws BrokenFile {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new BrokenFile("expected UTF-8, got something else");
        }
        if (!text.endsWith("\n")) {
            throw new BrokenFile("it has no end; was the file cut off? Expected a line break");
        }
        Map<String, Verifier> verifiers = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    enter(line, verifiers);
                } catch (IllegalArgumentException wrong) {
                    throw new BrokenFile("line " + number + ": " + wrong.getMessage());
                }
            }
        }
        return new ScramUsers(verifiers);
    }

    private static void enter(String line, Map<String, Verifier> verifiers) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("expected name:verifier, got a user without a password");
        }
        String name = line.substring(0, colon);
        checkName(name);
        if (verifiers.put(name, Verifier.parse(line.substring(colon + 1).stripTrailing())) != null) {
            throw new IllegalArgumentException(name + " is there already");
        }
    }

    /**
     * Finds out whether a name can stand in the file, and can be that of a client.
     *
     * @throws IllegalArgumentException if it cannot
     */
    static void checkName(String name) {
        if (name.isEmpty() || !name.strip().equals(name) || name.charAt(0) == '#' || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "expected a user name that does not begin with # or a blank, nor end with one, and has no colon");
        }
        String prepared = SaslPrep.prepare(name);
        if (!prepared.equals(name)) {
            throw new IllegalArgumentException("expected the user name as clients send it: " + prepared);
        }
    }

    int count() {
        return verifiers.size();
    }

    boolean has(String name) {
        return verifiers.containsKey(name);
    }

    /** What recognizes a user; for one who is not there it is what nobody can satisfy, and looks the same. */
    Verifier verifier(String name) {
        Verifier known = verifiers.get(name);
        return known != null ? known : Verifier.forNobody(SECRET, name, usualIterations);
    }
}
