// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Enhanced authentication (3.15, 4.12). */
@Conformance
class AuthIT {
    private final Clients clients;

    AuthIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5("4.12.0-7")
    void shouldSayProtocolErrorAtAuthWithoutAMethod() {
        for (String auth : List.of("f0 [ 18 [ 15 <method> ] ]", "f0 [ 19 [ 15 <method> ] ]")) {
            clients.mqtt5("c").send(auth).expect("e0 [ 82 ... ]").expectClosed();
        }
    }

    @Test
    @Mqtt5("3.15.2-1")
    void shouldTakeNoReasonCodeThatAClientDoesNotHave() {
        for (String auth : List.of(
                "f0 00", "f0 [ 00 [ 15 <method> ] ]", "f0 [ 01 [ 15 <method> ] ]", "f0 [ 80 [ 15 <method> ] ]")) {
            clients.mqtt5("c").send(auth).expect("e0 [ 82 ... ]").expectClosed();
        }
    }
}
