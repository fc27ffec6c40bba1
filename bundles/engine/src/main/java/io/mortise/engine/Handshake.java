// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Verdict;
import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From CONNECT to the session: who is it, what may it do (MQTT 5.0, 3.1.4).
 *
 * <p>Used on the home thread of its connection, which reads nothing meanwhile. If the gate closes, the handshake is
 * abandoned, and begun anew when it opens: the client only waits. Whatever goes wrong in a provider, and whatever takes
 * longer than the deadline, refuses the client.
 */
final class Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private final Engine engine;
    private final ClientConnection client;
    private final Connection connection;
    private final Connect connect;
    private final String clientId;
    private @Nullable Identity identity;
    private @Nullable Future<?> deadline;
    private boolean over;

    Handshake(Engine engine, ClientConnection client, Connection connection, Connect connect) {
        this.engine = engine;
        this.client = client;
        this.connection = connection;
        this.connect = connect;
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
        if (connect.properties().has(Property.AUTHENTICATION_METHOD)) {
            refuse(ReasonCode.BAD_AUTHENTICATION_METHOD, "no authentication method is supported");
            return;
        }
        // 3.1.1, 3.1.3.1: without a client identifier there is nothing to come back to
        if (connect.clientId().isEmpty()
                && !connect.cleanStart()
                && !connect.version().hasProperties()) {
            refuse(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "a client without an identifier needs a clean session");
            return;
        }
        deadline = connection
                .executor()
                .schedule(
                        client.fenced(this::tooLate),
                        engine.settings().connection().authDeadlineMillis(),
                        TimeUnit.MILLISECONDS);
        String internal = connection.internalPrincipal();
        if (internal != null) {
            authenticated(new Verdict.Accept(internal), null);
            return;
        }
        ConnectAttempt attempt = new ConnectAttempt(
                clientId,
                username(),
                connect.password(),
                connect.version(),
                connection.listener(),
                connection.remoteAddress(),
                connection.localAddress(),
                connection.certificate());
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

    /** Nothing comes of it any more. */
    void cancel() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
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
            String username = username();
            Identity accepted = new Identity(clientId, accept.principal(), username == null ? "" : username);
            identity = accepted;
            client.authorize(accepted, this::granted);
        } else if (verdict instanceof Verdict.Refuse refusal) {
            refuse(refusal.reasonCode(), refusal.reason());
        } else {
            LOG.error("The authenticator failed; {} is refused", Printable.text(clientId), failure);
            refuse(ReasonCode.SERVER_UNAVAILABLE, "the authenticator failed");
        }
    }

    /** In whose name the client comes: what its certificate proves goes over what it says. */
    private @Nullable String username() {
        ClientCertificate certificate = connection.certificate();
        String proven = certificate == null ? null : certificate.username();
        return proven == null ? connect.username() : proven;
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
        if (!engine.acceptsFacts() && new Terms(engine.settings(), connect).expiryIntervalSeconds() > 0) {
            refuse(ReasonCode.QUOTA_EXCEEDED, "the store cannot take a session at the moment");
            return;
        }
        cancel();
        client.opening(accepted);
        engine.sessions().open(client, accepted, connect.cleanStart());
    }

    private void tooLate() {
        if (!over && engine.gate().isOpen()) {
            LOG.warn(
                    "No answer about {} within {} ms; it is refused",
                    Printable.text(clientId),
                    engine.settings().connection().authDeadlineMillis());
            refuse(ReasonCode.SERVER_UNAVAILABLE, "authentication took too long");
        }
    }

    private void refuse(ReasonCode reasonCode, String reason) {
        cancel();
        client.refuse(reasonCode, reason);
    }
}
