// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connected client authenticates anew (MQTT 5.0, 4.12.1).
 *
 * <p>Used on the home thread of its connection. Everything else goes on meanwhile, with the permissions that the client has. It
 * has to be who it was: its session belongs to it. If it is not, or if nothing comes of it, the connection ends, as the
 * specification wants; it ends too if the method or the broker is replaced in the middle, and the client tries again.
 */
final class Reauthentication implements AuthExchange.Owner {
    private final Engine engine;
    private final ClientConnection client;
    private final Connect connect;
    private final Identity identity;
    private @Nullable AuthExchange exchange;

    Reauthentication(Engine engine, ClientConnection client, Connect connect, Identity identity) {
        this.engine = engine;
        this.client = client;
        this.connect = connect;
        this.identity = identity;
    }

    /** An AUTH came in. */
    void received(Auth packet) {
        String name = connect.properties().text(Property.AUTHENTICATION_METHOD);
        AuthExchange.checkMethod(packet, name);
        if (exchange != null) {
            exchange.received(packet);
        } else if (packet.reasonCode() == ReasonCode.REAUTHENTICATE) {
            begin(String.valueOf(name), packet);
        } else {
            throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "an AUTH that nobody asked for");
        }
    }

    private void begin(String name, Auth packet) {
        Parts parts = engine.gate().parts();
        List<String> providers =
                parts.authenticator().providers(client.connection().listener());
        AuthenticationMethod method = parts.methods().find(name, providers);
        if (method == null) {
            client.end(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "its authentication method is not one of those of this listener now");
            return;
        }
        AuthExchange begun = new AuthExchange(engine, client, method, name, this);
        exchange = begun;
        begun.begin(
                new Credentials(client.connection(), connect).attempt(identity.clientId()),
                packet.properties().binary(Property.AUTHENTICATION_DATA));
    }

    /** Whether one has begun, by this provider. */
    boolean isBy(AuthenticationMethod provider) {
        return exchange != null && exchange.isBy(provider);
    }

    /** Whether one has begun. */
    boolean isUnderWay() {
        return exchange != null;
    }

    void cancel() {
        if (exchange != null) {
            exchange.cancel();
            exchange = null;
        }
    }

    @Override
    public void challenged() {}

    @Override
    public void decided(Step.Outcome outcome) {
        exchange = null;
        if (outcome.verdict() instanceof Verdict.Accept accept
                && accept.principal().equals(identity.principal())) {
            String name = String.valueOf(connect.properties().text(Property.AUTHENTICATION_METHOD));
            client.send(new Auth(
                    ReasonCode.SUCCESS,
                    AuthExchange.properties(name, outcome.data()).build()));
            client.flush();
            client.identified(accept.attributes());
        } else if (outcome.verdict() instanceof Verdict.Refuse refusal) {
            client.end(sayable(refusal.reasonCode()), refusal.reason(), null);
        } else {
            client.end(ReasonCode.NOT_AUTHORIZED, "it is somebody else now than when it connected");
        }
    }

    @Override
    public void failed(ReasonCode reasonCode, String reason) {
        exchange = null;
        client.end(sayable(reasonCode), reason);
    }

    private static ReasonCode sayable(ReasonCode reasonCode) {
        return reasonCode.allowedIn(PacketType.DISCONNECT) ? reasonCode : ReasonCode.NOT_AUTHORIZED;
    }
}
