// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Payload;
import org.jspecify.annotations.Nullable;

/** What an {@link Exchange} says next. Immutable; any thread. */
public sealed interface Step {

    /**
     * The client has to answer: it gets an AUTH that says Continue authentication (0x18).
     *
     * @param data the Authentication Data of that AUTH; {@code null} for none
     */
    record Challenge(@Nullable Payload data) implements Step {}

    /**
     * It is decided.
     *
     * @param verdict who the client is, or why it is not believed; a connected client that authenticates anew stays only if it
     *     is accepted in the name of the same principal; if its attributes are others than before, the authorizers are asked
     *     anew
     * @param data the Authentication Data of the CONNACK or AUTH that tells an accepted client; {@code null} for none
     */
    record Outcome(Verdict verdict, @Nullable Payload data) implements Step {

        /** Without Authentication Data. */
        public Outcome(Verdict verdict) {
            this(verdict, null);
        }
    }
}
