// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.HandOver.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * What is offered to the clients that connect now, as configured; see {@link BrokerComponent.Config} for what each means.
 *
 * @param responseInformation empty for none
 * @param referral where they are sent instead; {@code null} if they may stay
 */
record Offer(
        Capabilities capabilities,
        int outboundTopicAliasMaximum,
        boolean payloadFormatValidated,
        String responseInformation,
        @Nullable Referral referral) {

    /** Everything that the specification has, and nothing else. */
    static final Offer ALL = new Offer(Capabilities.ALL, 16, false, "", null);
}
