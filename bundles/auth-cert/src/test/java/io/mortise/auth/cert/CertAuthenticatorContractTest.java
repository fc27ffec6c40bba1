// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.cert;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.auth.tck.AuthenticatorContract;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

class CertAuthenticatorContractTest extends AuthenticatorContract {
    @Override
    protected Authenticator open() {
        return CertAuthTest.auth("cn", "fridge -> kitchen");
    }

    @Override
    protected void close(Authenticator authenticator) {
        // nothing to end
    }

    @Override
    protected ConnectAttempt known() throws Exception {
        return attempt("client");
    }

    @Override
    protected ConnectAttempt wrong() throws Exception {
        return attempt("nameless");
    }

    private static ConnectAttempt attempt(String certificate) throws Exception {
        return new ConnectAttempt(
                "client",
                "whoever",
                null,
                ProtocolVersion.MQTT_5,
                "tls",
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("127.0.0.1", 2),
                new ClientCertificate(List.of(CertAuthTest.certificate(certificate)), null));
    }

    @Override
    protected boolean looksAtUserNames() {
        return false;
    }

    @Override
    protected boolean looksAtPasswords() {
        return false;
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "the mapping is broken", () -> CertAuthTest.auth("cn", "( -> kitchen"),
                "the mapping is for others", () -> CertAuthTest.auth("cn", "oven -> kitchen"),
                "the identity is something else", () -> CertAuthTest.auth("san-x400"));
    }
}
