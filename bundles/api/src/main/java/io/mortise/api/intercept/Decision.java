// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What an {@link Interceptor} makes of what it is asked about. Immutable; any thread.
 *
 * @param <T> of what it is asked about
 */
public sealed interface Decision<T> {

    /**
     * It goes on, as it was or changed.
     *
     * @param value what goes on instead of what was asked about, or that itself
     */
    record Proceed<T>(T value) implements Decision<T> {}

    /**
     * It does not go on.
     *
     * @param reasonCode what the client is told, if there is a packet that can tell it
     * @param reason in words, for the client and the log
     */
    record Refuse<T>(ReasonCode reasonCode, String reason) implements Decision<T> {

        /**
         * A refusal.
         *
         * @throws IllegalArgumentException if the reason code is no error
         */
        public Refuse {
            if (!reasonCode.isError()) {
                throw new IllegalArgumentException("a refusal needs an error, got " + reasonCode);
            }
        }
    }

    /** At once: it goes on as this. */
    static <T> CompletionStage<Decision<T>> proceed(T value) {
        return CompletableFuture.completedStage(new Proceed<>(value));
    }

    /**
     * At once: it does not go on.
     *
     * @throws IllegalArgumentException if the reason code is no error
     */
    static <T> CompletionStage<Decision<T>> refuse(ReasonCode reasonCode, String reason) {
        return CompletableFuture.completedStage(new Refuse<>(reasonCode, reason));
    }
}
