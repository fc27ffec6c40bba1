// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a password: salt and iterations, by which the client finds its keys, and of these two what recognizes the
 * client's and makes the broker's (RFC 5802, 3). Immutable; any thread.
 *
 * <p>Written as PostgreSQL writes it: {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
 */
final class Verifier {

    /** How often a new one goes round: a tenth of a second on a large machine, a second on a small one (RFC 7677, 4). */
    static final int ITERATIONS = 15_000;

    /** What clients may insist on (RFC 7677, 4). */
    static final int FEWEST_ITERATIONS = 4_096;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int LONGEST_SALT_BYTES = 1_024;

    private static final Pattern FORM = Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,8}):([^$:]*)\\$([^$:]*):([^$:]*)");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private Verifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /** Of a password that was {@linkplain SaslPrep prepared}, with a salt of its own. */
    static Verifier of(String password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return of(password, iterations, salt);
    }

    static Verifier of(String password, int iterations, byte[] salt) {
        PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
            return new Verifier(iterations, salt, sha256(hmac(salted, "Client Key")), hmac(salted, "Server Key"));
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA256", notInThisJava);
        } finally {
            key.clearPassword();
        }
    }

    /** One that looks like a real one to whoever asks for it, as often as it is asked for, and that no proof satisfies. */
    static Verifier forNobody(byte[] secret, String name, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        System.arraycopy(hmac(secret, "salt of " + name), 0, salt, 0, SALT_BYTES);
        return new Verifier(iterations, salt, hmac(secret, "stored of " + name), hmac(secret, "server of " + name));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    static Verifier parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey after the user name");
        }
        int iterations = Integer.parseInt(form.group(1));
        if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException(
                    "expected " + FEWEST_ITERATIONS + " to " + MOST_ITERATIONS + " iterations, got " + iterations);
        }
        byte[] salt = base64(form.group(2), "salt");
        if (salt.length == 0 || salt.length > LONGEST_SALT_BYTES) {
            throw new IllegalArgumentException("expected a salt of 1 to " + LONGEST_SALT_BYTES + " bytes");
        }
        return new Verifier(iterations, salt, key(form.group(3), "StoredKey"), key(form.group(4), "ServerKey"));
    }

    private static byte[] key(String field, String what) {
        byte[] key = base64(field, what);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "expected a " + what + " of " + KEY_BYTES + " bytes, got " + key.length + "; was it cut off?");
        }
        return key;
    }

    private static byte[] base64(String field, String what) {
        try {
            return Base64.getDecoder().decode(field);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("expected a " + what + " in Base64", notBase64);
        }
    }

    int iterations() {
        return iterations;
    }

    /** As the client is told it. */
    String saltInBase64() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /** Whether this proof of the client was made with the password, for this exchange (RFC 5802, 3). */
    boolean isProvenBy(byte[] proof, String authMessage) {
        byte[] signature = hmac(storedKey, authMessage);
        byte[] clientKey = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] = (byte) (signature[i] ^ (i < proof.length ? proof[i] : 0));
        }
        return MessageDigest.isEqual(sha256(clientKey), storedKey) & proof.length == KEY_BYTES;
    }

    /** What proves to the client that the broker knows its password. */
    String serverSignatureInBase64(String authMessage) {
        return Base64.getEncoder().encodeToString(hmac(serverKey, authMessage));
    }

    /** As it stands in the file. */
    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + saltInBase64() + "$" + encoder.encodeToString(storedKey) + ":"
                + encoder.encodeToString(serverKey);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("every Java has HmacSHA256", notInThisJava);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("every Java has SHA-256", notInThisJava);
        }
    }
}
