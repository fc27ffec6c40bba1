// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.BeforeAll;

/** The same with OpenSSL on the broker's side, where there is one for this machine. */
class OpenSslDoorTest extends TlsDoorTest {

    @BeforeAll
    static void shouldBeThere() {
        assumeTrue(OpenSsl.isAvailable(), () -> "no OpenSSL here: " + OpenSsl.unavailabilityCause());
    }

    /** It has one set of suites for TLS 1.3. */
    @Override
    String suiteOf13() {
        return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    SslProvider provider() {
        return SslProvider.OPENSSL;
    }
}
