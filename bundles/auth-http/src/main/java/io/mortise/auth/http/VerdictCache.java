// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import io.mortise.api.auth.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What was said about clients a moment ago. Any thread.
 *
 * <p>Passwords are not kept: a question is known by its hash, with a key of this process.
 */
final class VerdictCache {
    private static final String HMAC = "HmacSHA256";

    private final long acceptedNanos;
    private final long refusedNanos;
    private final LongSupplier nanoTime;
    private final SecretKeySpec key;

    /** The one that was not asked for the longest is the first. Guarded by this. */
    private final LinkedHashMap<String, Entry> entries;

    private record Entry(Verdict verdict, long until) {}

    /**
     * Nothing yet.
     *
     * @param most how many are kept
     */
    VerdictCache(int acceptedSeconds, int refusedSeconds, int most, LongSupplier nanoTime) {
        this.acceptedNanos = TimeUnit.SECONDS.toNanos(acceptedSeconds);
        this.refusedNanos = TimeUnit.SECONDS.toNanos(refusedSeconds);
        this.nanoTime = nanoTime;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, HMAC);
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
                return size() > most;
            }
        };
    }

    /** By what a question is known here. */
    String key(String question) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(question.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException notInThisJava) {
            throw new IllegalStateException("every Java has " + HMAC, notInThisJava);
        }
    }

    synchronized @Nullable Verdict get(String key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (nanoTime.getAsLong() - entry.until >= 0) {
            entries.remove(key);
            return null;
        }
        return entry.verdict;
    }

    synchronized void put(String key, Verdict verdict) {
        long lifetime = verdict instanceof Verdict.Accept ? acceptedNanos : refusedNanos;
        if (lifetime > 0) {
            entries.put(key, new Entry(verdict, nanoTime.getAsLong() + lifetime));
        }
    }

    synchronized int size() {
        return entries.size();
    }
}
