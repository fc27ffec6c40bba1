// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Will;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session besides its subscriptions and messages.
 *
 * @param principal to whom it belongs, with the client identifier; empty if anonymous
 * @param expiryIntervalSeconds how long it outlives its connection: 0 to 4,294,967,295, the last meaning for ever (MQTT
 *     5.0, 3.1.2.11.2)
 * @param disconnectedAtMillis when its connection ended, in milliseconds since the epoch; {@link #CONNECTED} if it has
 *     not. Expiry and will delay are counted from here
 * @param will what is still to be published if the client does not come back in time
 */
public record SessionState(
        String principal,
        long expiryIntervalSeconds,
        long disconnectedAtMillis,
        @Nullable Will will) {

    /** The value of {@link #disconnectedAtMillis()} while the session has a connection. */
    public static final long CONNECTED = -1;

    /** The expiry interval of a session that does not expire. */
    public static final long FOR_EVER = 0xFFFF_FFFFL;
}
