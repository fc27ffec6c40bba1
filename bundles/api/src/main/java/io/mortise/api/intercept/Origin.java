// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.ClientCertificate;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a CONNECT comes from, whoever it turns out to be. Immutable; any thread.
 *
 * @param listener the name of the listener that it came through
 * @param remoteAddress where the client is
 * @param localAddress where it connected to
 * @param certificate what TLS proved about it; {@code null} if it showed no certificate
 */
public record Origin(
        String listener,
        SocketAddress remoteAddress,
        SocketAddress localAddress,
        @Nullable ClientCertificate certificate) {}
