// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.ReasonCode;
import java.util.Map;

/** What an {@link Authenticator} says. Immutable; any thread. */
public sealed interface Verdict {

    /**
     * The client may connect.
     *
     * @param principal in whose name it acts; empty if it is anonymous
     * @param attributes what else is known about it, for authorizers and for the rules that they have
     */
    record Accept(String principal, Map<String, String> attributes) implements Verdict {

        /** Copies the map. */
        public Accept {
            attributes = Map.copyOf(attributes);
        }

        /** Of whom nothing else is known. */
        public Accept(String principal) {
            this(principal, Map.of());
        }
    }

    /** It is somebody else's to decide: if nobody accepts the client, it may not connect. */
    record Abstain() implements Verdict {}

    /**
     * The client may not connect, whoever else accepts it.
     *
     * @param reasonCode what the CONNACK says
     * @param reason for the log, in words; the client does not see it
     */
    record Refuse(ReasonCode reasonCode, String reason) implements Verdict {

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
}
