// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.connection.Connection;
import io.mortise.api.intercept.Decision;
import io.mortise.api.intercept.Origin;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Will;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From CONNECT to the session: who is it, what may it do (MQTT 5.0, 3.1.4).
 *
 * <p>Used on the home thread of its connection, which reads nothing meanwhile, but for the AUTH that answers a challenge. If
 * the gate closes, the handshake is abandoned, and begun anew when it opens: the client only waits. Once a client was
 * challenged that cannot be: it is told that the server is busy, and comes back. Whatever goes wrong in a provider, and
 * whatever takes longer than the deadline, refuses the client.
 */
final class Handshake implements AuthExchange.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private final Engine engine;
    private final ClientConnection client;
    private final Connection connection;

    // what the client has sent, or what interceptors have made of it
    private Connect connect;
    private String clientId;
    private Credentials credentials;

    private @Nullable AuthExchange exchange;
    private @Nullable Payload finalData;
    private @Nullable Identity identity;
    private @Nullable Future<?> deadline;
    private boolean over;

    Handshake(Engine engine, ClientConnection client, Connection connection, Connect connect) {
        this.engine = engine;
        this.client = client;
        this.connection = connection;
        this.connect = connect;
        this.credentials = new Credentials(connection, connect);
        this.clientId = connect.clientId().isEmpty() ? engine.newClientId() : connect.clientId();
    }

    /** Begins; the gate is open. */
    void begin() {
        Admission.Refusal refusal =
                connection.internalPrincipal() == null ? engine.admission().refusal(connect) : null;
        if (refusal != null) {
            refuse(refusal.reasonCode(), refusal.reason());
            return;
        }
        Referral referral =
                connection.internalPrincipal() == null ? engine.offer().referral() : null;
        if (referral != null) {
            client.refer(referral);
            return;
        }
        InterceptorChain<Origin, Connect> interceptors =
                engine.gate().parts().interceptors().connects();
        if (interceptors == null || connection.internalPrincipal() != null) {
            authenticate();
            return;
        }
        startDeadline(
                "interceptors took too long", engine.settings().connection().interceptDeadlineMillis());
        Origin origin = new Origin(
                connection.listener(), connection.remoteAddress(), connection.localAddress(), connection.certificate());
        interceptors
                .ask(origin, connect)
                .whenComplete((decision, failure) -> client.onHome(() -> intercepted(decision, failure)));
    }

    private void intercepted(@Nullable Decision<Connect> decision, @Nullable Throwable failure) {
        if (over || !engine.gate().isOpen()) {
            return;
        }
        if (decision instanceof Decision.Refuse<Connect> refusal) {
            ReasonCode told = refusal.reasonCode().allowedIn(PacketType.CONNACK)
                    ? refusal.reasonCode()
                    : ReasonCode.NOT_AUTHORIZED;
            refuse(told, refusal.reason());
        } else if (decision instanceof Decision.Proceed<Connect> proceed
                && Rewritten.isSound(connect, proceed.value())) {
            cancelDeadline();
            connect = proceed.value();
            credentials = new Credentials(connection, connect);
            if (!connect.clientId().isEmpty()) {
                clientId = connect.clientId();
            }
            authenticate();
        } else {
            LOG.error("An interceptor failed; {} is refused", Printable.text(clientId), failure);
            engine.faults().happened("an interceptor failed on a CONNECT");
            refuse(ReasonCode.SERVER_UNAVAILABLE, "an interceptor failed");
        }
    }

    private void authenticate() {
        ReasonCode unfit = unfit(connect.will());
        if (unfit != null) {
            refuse(unfit, "its will is not what is offered: " + unfit);
            return;
        }
        // 3.1.1, 3.1.3.1: without a client identifier there is nothing to come back to
        if (connect.clientId().isEmpty()
                && !connect.cleanStart()
                && !connect.version().hasProperties()) {
            refuse(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "a client without an identifier needs a clean session");
            return;
        }
        String internal = connection.internalPrincipal();
        if (internal != null) {
            startDeadline();
            authenticated(new Verdict.Accept(internal), null);
            return;
        }
        ConnectAttempt attempt = credentials.attempt(clientId);
        String method = connect.properties().text(Property.AUTHENTICATION_METHOD);
        if (method != null) {
            beginExchange(method, attempt);
            return;
        }
        startDeadline();
        try {
            engine.gate()
                    .parts()
                    .authenticator()
                    .authenticate(attempt)
                    .whenComplete((verdict, failure) -> client.onHome(() -> authenticated(verdict, failure)));
        } catch (Throwable failure) {
            authenticated(null, failure);
        }
    }

    /** Why a client may not have this will, whoever it is (3.2.2-12, 3.2.2-13, 3.1.3.2.3); {@code null} if it may. */
    private @Nullable ReasonCode unfit(@Nullable Will will) {
        if (will != null
                && engine.offer().payloadFormatValidated()
                && !PayloadFormat.isAsSaid(will.properties(), will.payload())) {
            return ReasonCode.PAYLOAD_FORMAT_INVALID;
        }
        return new Restrictions(engine.offer().capabilities()).missing(will);
    }

    private void beginExchange(String name, ConnectAttempt attempt) {
        Parts parts = engine.gate().parts();
        if (parts.authenticator().isIncomplete(connection.listener())) {
            refuse(ReasonCode.SERVER_UNAVAILABLE, "an authenticator of this listener is missing");
            return;
        }
        List<String> providers = parts.authenticator().providers(connection.listener());
        AuthenticationMethod method = parts.methods().find(name, providers);
        if (method != null) {
            AuthExchange begun = new AuthExchange(engine, client, method, name, this);
            exchange = begun;
            begun.begin(attempt, connect.properties().binary(Property.AUTHENTICATION_DATA));
        } else if (parts.methods().isMissed(name, providers)) {
            startDeadline(); // when it comes back, the gate opens and this begins anew
        } else {
            refuse(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "its authentication method is not one of those of this listener");
        }
    }

    private void startDeadline() {
        startDeadline(
                "authentication took too long", engine.settings().connection().authDeadlineMillis());
    }

    private void startDeadline(String reason, int millis) {
        deadline = connection
                .executor()
                .schedule(client.fenced(() -> tooLate(reason, millis)), millis, TimeUnit.MILLISECONDS);
    }

    /** A packet came in before the CONNACK: an answer to a challenge, or what may not be (3.1.2-30). */
    void received(Packet packet) {
        AuthExchange asking = exchange;
        if (!(packet instanceof Auth auth) || asking == null) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "AUTH or DISCONNECT expected before CONNACK, got " + packet.type());
        }
        client.challenged(false);
        asking.received(auth);
    }

    @Override
    public void challenged() {
        client.challenged(true);
    }

    @Override
    public void decided(Step.Outcome outcome) {
        finalData = outcome.data();
        startDeadline();
        authenticated(outcome.verdict(), null);
    }

    @Override
    public void failed(ReasonCode reasonCode, String reason) {
        if (reasonCode == ReasonCode.SERVER_UNAVAILABLE) {
            engine.faults().happened(reason);
        }
        refuse(reasonCode, reason);
    }

    /** Nothing comes of it any more. */
    void cancel() {
        over = true;
        if (exchange != null) {
            exchange.cancel();
        }
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void authenticated(@Nullable Verdict verdict, @Nullable Throwable failure) {
        if (over || !engine.gate().isOpen()) {
            return;
        }
        if (verdict instanceof Verdict.Accept accept) {
            if (accept.principal().startsWith(Connection.INTERNAL) && connection.internalPrincipal() == null) {
                LOG.error(
                        "The authenticator gave {} the principal {}, which is the broker's own; it is refused",
                        Printable.text(clientId),
                        Printable.text(accept.principal()));
                refuse(ReasonCode.NOT_AUTHORIZED, "its principal is the broker's own");
                return;
            }
            String username = credentials.username();
            Identity accepted =
                    new Identity(clientId, accept.principal(), username == null ? "" : username, accept.attributes());
            identity = accepted;
            client.authorize(accepted, this::granted);
        } else if (verdict instanceof Verdict.Refuse refusal) {
            cancel();
            if (refusal.reasonCode() == ReasonCode.SERVER_UNAVAILABLE) {
                engine.faults().happened(refusal.reason());
            }
            client.refuse(refusal.reasonCode(), refusal.reason(), null);
        } else {
            LOG.error("The authenticator failed; {} is refused", Printable.text(clientId), failure);
            engine.faults().happened("the authenticator failed");
            refuse(ReasonCode.SERVER_UNAVAILABLE, "the authenticator failed");
        }
    }

    private void granted() {
        Identity accepted = identity;
        if (over || accepted == null || !engine.gate().isOpen() || engine.isLeaving()) {
            return;
        }
        if (connect.will() != null
                && !engine.settings().topic().allows(connect.will().topic())) {
            refuse(ReasonCode.TOPIC_NAME_INVALID, "the topic of its will has too many levels or bytes");
            return;
        }
        // 3.1.2.5: the will is published in the client's name
        if (connect.will() != null && !client.mayPublish(connect.will().message(0))) {
            refuse(ReasonCode.NOT_AUTHORIZED, "it may not publish its will");
            return;
        }
        if (!engine.acceptsFacts()
                && new Terms(engine.settings(), engine.offer(), connect).expiryIntervalSeconds() > 0) {
            refuse(ReasonCode.QUOTA_EXCEEDED, "the store cannot take a session at the moment");
            return;
        }
        cancel();
        client.opening(connect, accepted, finalData);
        engine.sessions().open(client, accepted, connect.cleanStart());
    }

    private void tooLate(String reason, int millis) {
        if (!over && engine.gate().isOpen()) {
            LOG.warn("No answer about {} within {} ms; it is refused", Printable.text(clientId), millis);
            engine.faults().happened(reason);
            refuse(ReasonCode.SERVER_UNAVAILABLE, reason);
        }
    }

    private void refuse(ReasonCode reasonCode, String reason) {
        cancel();
        client.refuse(reasonCode, reason);
    }
}
