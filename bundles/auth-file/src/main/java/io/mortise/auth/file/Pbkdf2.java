// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.protocol.Payload;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * PBKDF2 with HMAC-SHA-512 (RFC 8018, 5.2), one block of it. Any thread calls {@link #hash(Payload, byte[], int)}.
 *
 * <p>Java has it too, and does it in one go: some tenths of a second in which a processor is taken. This one offers the processor to others
 * after each few iterations, so that a message that comes in meanwhile does not wait until the scheduler's time slice is over, which is
 * milliseconds where as many passwords are checked as there are processors. And it leaves no garbage: Java's {@code Mac} leaves 80
 * bytes an iteration, which in a storm of CONNECTs is more than all else that happens, and stops every thread to be collected.
 */
final class Pbkdf2 {
    static final int HASH_BYTES = 64;

    private static final String ALGORITHM = "SHA-512";
    private static final int BLOCK_BYTES = 128;

    /** What is done at a time: about a tenth of a millisecond. */
    private static final int ITERATIONS_AT_A_TIME = 64;

    private final MessageDigest digest;
    private final byte[] innerKey = new byte[BLOCK_BYTES];
    private final byte[] outerKey = new byte[BLOCK_BYTES];

    private Pbkdf2(byte[] password) throws NoSuchAlgorithmException {
        digest = MessageDigest.getInstance(ALGORITHM);
        byte[] key = password.length > BLOCK_BYTES ? digest.digest(password) : password;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            byte next = i < key.length ? key[i] : 0;
            innerKey[i] = (byte) (next ^ 0x36);
            outerKey[i] = (byte) (next ^ 0x5c);
        }
    }

    /** The first 64 bytes of the key that is derived. */
    static byte[] hash(Payload password, byte[] salt, int iterations) {
        byte[] bytes = password.toByteArray();
        try {
            Pbkdf2 derivation = new Pbkdf2(bytes);
            try {
                return derivation.hash(salt, iterations);
            } finally {
                Arrays.fill(derivation.innerKey, (byte) 0);
                Arrays.fill(derivation.outerKey, (byte) 0);
            }
        } catch (NoSuchAlgorithmException | DigestException notInThisJava) {
            throw new IllegalStateException("every Java has " + ALGORITHM, notInThisJava);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private byte[] hash(byte[] salt, int iterations) throws DigestException {
        byte[] last = new byte[HASH_BYTES];
        digest.update(innerKey);
        digest.update(salt);
        digest.update(new byte[] {0, 0, 0, 1});
        finish(last);
        byte[] sum = last.clone();
        for (int i = 1; i < iterations; i++) {
            digest.update(innerKey);
            digest.update(last);
            finish(last);
            for (int at = 0; at < HASH_BYTES; at++) {
                sum[at] ^= last[at];
            }
            if (i % ITERATIONS_AT_A_TIME == 0) {
                Thread.yield();
            }
        }
        return sum;
    }

    /** The outer half of an HMAC (RFC 2104), of which the inner half has been given to the digest. */
    private void finish(byte[] hmac) throws DigestException {
        digest.digest(hmac, 0, HASH_BYTES);
        digest.update(outerKey);
        digest.update(hmac);
        digest.digest(hmac, 0, HASH_BYTES);
    }
}
