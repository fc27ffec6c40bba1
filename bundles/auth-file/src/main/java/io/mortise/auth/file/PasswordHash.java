// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.protocol.Payload;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a password file keeps of a password. Immutable; any thread.
 *
 * <p>Two forms are read, both of Mosquitto's: {@code $7$iterations$salt$hash}, which is PBKDF2 with HMAC-SHA-512, and the older
 * {@code $6$salt$hash}, which is one SHA-512 over password and salt. The first is what is written.
 */
final class PasswordHash {

    /** How often a new hash goes round: what OWASP asks of PBKDF2-HMAC-SHA512. */
    static final int ITERATIONS = 210_000;

    private static final int MOST_ITERATIONS = 10_000_000;
    /** As many as Mosquitto 2.0 reads, and no others. */
    private static final int SALT_BYTES = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** 0: not PBKDF2 but a plain digest. */
    private final int iterations;

    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** A new hash of a password, with a salt of its own. */
    static PasswordHash of(CharSequence password) {
        return of(password, ITERATIONS);
    }

    static PasswordHash of(CharSequence password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new PasswordHash(iterations, salt, Pbkdf2.hash(Payload.of(password.toString()), salt, iterations));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    static PasswordHash parse(String text) {
        String[] fields = text.split("\\$", -1);
        if (text.startsWith("$argon2")) {
            throw new IllegalArgumentException(
                    "Argon2 is not read; expected $7$iterations$salt$hash: set the password anew with bin/mortise passwd");
        }
        if (fields.length == 5 && fields[0].isEmpty() && fields[1].equals("7")) {
            return new PasswordHash(iterations(fields[2]), salt(fields[3]), hash(fields[4]));
        }
        if (fields.length == 4 && fields[0].isEmpty() && fields[1].equals("6")) {
            return new PasswordHash(0, salt(fields[2]), hash(fields[3]));
        }
        throw new IllegalArgumentException("expected $7$iterations$salt$hash or $6$salt$hash after the user name");
    }

    private static int iterations(String field) {
        try {
            int number = Integer.parseInt(field);
            if (number >= 1 && number <= MOST_ITERATIONS) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException("expected 1 to " + MOST_ITERATIONS + " iterations after $7$");
    }

    private static byte[] salt(String field) {
        byte[] salt = base64(field, "salt");
        if (salt.length == 0) {
            throw new IllegalArgumentException("expected a salt, got none");
        }
        return salt;
    }

    private static byte[] hash(String field) {
        byte[] hash = base64(field, "hash");
        if (hash.length != Pbkdf2.HASH_BYTES) {
            throw new IllegalArgumentException(
                    "expected a hash of " + Pbkdf2.HASH_BYTES + " bytes, got " + hash.length + "; was it cut off?");
        }
        return hash;
    }

    private static byte[] base64(String field, String what) {
        try {
            byte[] bytes = Base64.getDecoder().decode(field);
            if (Base64.getEncoder().encodeToString(bytes).equals(field)) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below
        }
        throw new IllegalArgumentException("expected a " + what + " in Base64");
    }

    /** Whether this is the hash of that password. Takes the same time whatever the password is: some tenths of a second. */
    boolean matches(Payload password) {
        if (iterations == 0) {
            return MessageDigest.isEqual(hash, digest(password));
        }
        return MessageDigest.isEqual(hash, Pbkdf2.hash(password, salt, iterations));
    }

    /** As it stands in the file. */
    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getEncoder();
        String tail = encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
        return iterations == 0 ? "$6$" + tail : "$7$" + iterations + "$" + tail;
    }

    private byte[] digest(Payload password) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            password.writeTo(sha512::update);
            return sha512.digest(salt);
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("every Java has SHA-512", notInThisJava);
        }
    }
}
