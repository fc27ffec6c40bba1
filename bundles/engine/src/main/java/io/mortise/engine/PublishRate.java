// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import org.jspecify.annotations.Nullable;

/**
 * Holds a client to so many messages and bytes a second: by not reading for a while, so that nothing is lost.
 *
 * <p>Used on the home thread of its connection.
 */
final class PublishRate {
    private final @Nullable TokenBucket messages;
    private final @Nullable TokenBucket bytes;

    private PublishRate(@Nullable TokenBucket messages, @Nullable TokenBucket bytes) {
        this.messages = messages;
        this.bytes = bytes;
    }

    /** As configured; {@code null} if neither is limited. */
    static @Nullable PublishRate of(Settings.PerConnection settings, long nowNanos) {
        TokenBucket messages = bucket(settings.publishRateMaximumMessages(), nowNanos);
        TokenBucket bytes = bucket(settings.publishRateMaximumBytes(), nowNanos);
        return messages == null && bytes == null ? null : new PublishRate(messages, bytes);
    }

    private static @Nullable TokenBucket bucket(long perSecond, long nowNanos) {
        return perSecond == 0 ? null : new TokenBucket(perSecond, nowNanos);
    }

    /** A message of this size came in; answers how many nanoseconds to read nothing. */
    long published(int size, long nowNanos) {
        long byMessages = messages == null ? 0 : messages.take(1, nowNanos);
        long byBytes = bytes == null ? 0 : bytes.take(size, nowNanos);
        return Math.max(byMessages, byBytes);
    }
}
