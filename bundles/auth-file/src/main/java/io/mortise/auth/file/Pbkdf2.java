// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.protocol.Payload;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * PBKDF2 with HMAC-SHA-512 (RFC 8018, 5.2), one block of it. Any thread.
 *
 * <p>Java has it too, and does it in one go: some tenths of a second in which a processor is taken. This one offers the processor to others
 * after each few iterations, so that a message that comes in meanwhile does not wait until the scheduler's time slice is over, which is
 * milliseconds where as many passwords are checked as there are processors.
 */
final class Pbkdf2 {
    static final int HASH_BYTES = 64;

    private static final String ALGORITHM = "HmacSHA512";

    /** What is done at a time: about a tenth of a millisecond. */
    private static final int ITERATIONS_AT_A_TIME = 64;

    private Pbkdf2() {}

    /** The first 64 bytes of the key that is derived. */
    static byte[] hash(Payload password, byte[] salt, int iterations) {
        // HMAC fills a short key up with zeros, so one zero is as good as nothing, which Java does not take for a key
        byte[] key = password.isEmpty() ? new byte[1] : password.toByteArray();
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(salt);
            byte[] last = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] sum = last.clone();
            for (int i = 1; i < iterations; i++) {
                mac.update(last);
                mac.doFinal(last, 0);
                for (int at = 0; at < HASH_BYTES; at++) {
                    sum[at] ^= last[at];
                }
                if (i % ITERATIONS_AT_A_TIME == 0) {
                    Thread.yield();
                }
            }
            return sum;
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("every Java has " + ALGORITHM, notInThisJava);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
