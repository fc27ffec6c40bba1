// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One enhanced authentication, between a client's AUTH packets and the {@link Exchange} of a provider (MQTT 5.0, 4.12).
 *
 * <p>Used on the home thread of its connection. The provider has the deadline of authentication for each of its steps, and the
 * whole takes as long as an exchange may, however long the client makes it wait. Whatever the provider throws ends it.
 */
final class AuthExchange {
    private static final Logger LOG = LoggerFactory.getLogger(AuthExchange.class);

    /** Who began it. */
    interface Owner {

        /** An AUTH was sent that the client has to answer. */
        void challenged();

        /** It came to an end. */
        void decided(Step.Outcome outcome);

        /** It came to none: the provider failed, or somebody was too slow. */
        void failed(ReasonCode reasonCode, String reason);
    }

    private final Engine engine;
    private final ClientConnection client;
    private final AuthenticationMethod method;
    private final String name;
    private final Owner owner;
    private @Nullable Exchange exchange;
    private @Nullable Future<?> stepDeadline;
    private @Nullable Future<?> deadline;
    private boolean answerDue;
    private boolean over;

    /**
     * Not begun.
     *
     * @param name the name of the method, as the client wrote it
     */
    AuthExchange(Engine engine, ClientConnection client, AuthenticationMethod method, String name, Owner owner) {
        this.engine = engine;
        this.client = client;
        this.method = method;
        this.name = name;
        this.owner = owner;
    }

    /** What CONNACK and AUTH say about an authentication by a method (4.12.0-5). */
    static Properties.Builder properties(String method, @Nullable Payload data) {
        Properties.Builder properties = Properties.builder().text(Property.AUTHENTICATION_METHOD, method);
        return data == null ? properties : properties.binary(Property.AUTHENTICATION_DATA, data);
    }

    boolean isBy(AuthenticationMethod provider) {
        return method == provider;
    }

    void begin(ConnectAttempt attempt, @Nullable Payload data) {
        deadline = client.connection()
                .executor()
                .schedule(
                        client.fenced(this::clientTooLate),
                        engine.settings().connection().authExchangeMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            exchange = method.begin(attempt);
        } catch (Throwable failure) {
            fail(failure);
            return;
        }
        proceed(data);
    }

    /** An AUTH came in. */
    void received(Auth packet) {
        checkMethod(packet, name);
        if (packet.reasonCode() != ReasonCode.CONTINUE_AUTHENTICATION || !answerDue) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "an AUTH (" + packet.reasonCode() + ") that nobody asked for");
        }
        answerDue = false;
        proceed(packet.properties().binary(Property.AUTHENTICATION_DATA));
    }

    /** The method is that of the CONNECT (4.12.0-5, 4.12.0-7, 4.12.1-1). */
    static void checkMethod(Auth packet, @Nullable String expected) {
        if (expected == null || !expected.equals(packet.properties().text(Property.AUTHENTICATION_METHOD))) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    expected == null
                            ? "AUTH, and no authentication method in CONNECT"
                            : "AUTH, and its authentication method is not that of the CONNECT");
        }
    }

    /** Nothing comes of it any more. */
    void cancel() {
        over = true;
        stepDeadline = cancel(stepDeadline);
        deadline = cancel(deadline);
        Exchange ending = exchange;
        exchange = null;
        if (ending != null) {
            try {
                ending.close();
            } catch (Throwable failure) {
                LOG.error("The authentication method {} failed to end its exchange", Printable.text(name), failure);
            }
        }
    }

    private void proceed(@Nullable Payload data) {
        Exchange asked = exchange;
        if (asked == null) {
            throw new IllegalStateException("the exchange is over");
        }
        stepDeadline = client.connection()
                .executor()
                .schedule(
                        client.fenced(this::providerTooLate),
                        engine.settings().connection().authDeadlineMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            asked.proceed(data).whenComplete((step, failure) -> client.onHome(() -> proceeded(step, failure)));
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    private void proceeded(@Nullable Step step, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        stepDeadline = cancel(stepDeadline);
        if (step instanceof Step.Challenge challenge) {
            answerDue = true;
            client.send(new Auth(
                    ReasonCode.CONTINUE_AUTHENTICATION,
                    properties(name, challenge.data()).build()));
            client.flush();
            owner.challenged();
        } else if (step instanceof Step.Outcome outcome) {
            cancel();
            owner.decided(outcome);
        } else {
            fail(failure);
        }
    }

    private void fail(@Nullable Throwable failure) {
        LOG.error("The authentication method {} failed", Printable.text(name), failure);
        end(ReasonCode.SERVER_UNAVAILABLE, "the authentication method failed");
    }

    private void providerTooLate() {
        LOG.warn(
                "No step of {} within {} ms",
                Printable.text(name),
                engine.settings().connection().authDeadlineMillis());
        end(ReasonCode.SERVER_UNAVAILABLE, "authentication took too long");
    }

    private void clientTooLate() {
        end(
                ReasonCode.NOT_AUTHORIZED,
                "authentication took longer than "
                        + engine.settings().connection().authExchangeMillis() + " ms");
    }

    private void end(ReasonCode reasonCode, String reason) {
        cancel();
        owner.failed(reasonCode, reason);
    }

    private static @Nullable Future<?> cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
        return null;
    }
}
