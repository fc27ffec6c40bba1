// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.ReasonCode;

/**
 * Sends clients to another server (MQTT 5.0, 4.11).
 *
 * @param server the Server Reference
 * @param permanent whether they stay there
 */
record Referral(String server, boolean permanent) {

    ReasonCode reasonCode() {
        return permanent ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
    }

    String reason() {
        return permanent ? "the server has moved" : "another server is to be used";
    }
}
