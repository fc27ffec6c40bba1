// SPDX-License-Identifier: Apache-2.0
/**
 * Sessions and their promises: QoS, takeover, wills, retained messages, expiry.
 *
 * <p>{@link BrokerComponent} is where OSGi ends. A {@link ClientConnection} is what a wire talks to; a {@link Session} is
 * what outlives it, and runs in its {@link Mailbox}; the {@link Gate} holds both while a part is away.
 */
@NullMarked
package io.mortise.engine;

import org.jspecify.annotations.NullMarked;
