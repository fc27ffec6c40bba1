// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Will;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whether the limits let a client in that says CONNECT, before anybody is asked who it is. Any thread.
 */
final class Admission {
    private final Engine engine;
    private final TokenBucket rate;

    /**
     * Why not.
     *
     * @param reasonCode what the CONNACK says
     * @param reason for the log
     */
    record Refusal(ReasonCode reasonCode, String reason) {}

    Admission(Engine engine) {
        this.engine = engine;
        this.rate = new TokenBucket(engine.settings().broker().connectRateMaximum(), System.nanoTime());
    }

    /** What keeps the client out; {@code null} if nothing does. */
    @Nullable
    Refusal refusal(Connect connect) {
        Settings.InAll limits = engine.settings().broker();
        if (engine.clients().size() > limits.connectionsMaximum()) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED, "there are " + limits.connectionsMaximum() + " connections already");
        }
        if (!mayConnect()) {
            return new Refusal(
                    ReasonCode.CONNECTION_RATE_EXCEEDED, "more than " + limits.connectRateMaximum() + " a second");
        }
        if (engine.memory().isExhausted()) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "the memory is used up: " + engine.memory().maximum() + " bytes");
        }
        int idBytes = connect.clientId().getBytes(StandardCharsets.UTF_8).length;
        int idMaximum = engine.settings().connection().clientIdMaximumBytes();
        if (idBytes > idMaximum) {
            return new Refusal(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "a client identifier of " + idBytes + " bytes above the maximum of " + idMaximum);
        }
        Will will = connect.will();
        if (will != null && !engine.settings().topic().allows(will.topic())) {
            return new Refusal(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "the topic of its will is longer than "
                            + engine.settings().topic().bytesMaximum() + " bytes or has more than "
                            + engine.settings().topic().levelsMaximum() + " levels");
        }
        return null;
    }

    private boolean mayConnect() {
        synchronized (rate) {
            return rate.tryTake(System.nanoTime());
        }
    }
}
