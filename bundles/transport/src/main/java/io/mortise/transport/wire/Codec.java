// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.protocol.ProtocolVersion;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns bytes into packets and packets into bytes; a service that a codec bundle registers.
 *
 * <p>It may be replaced at any moment, between any two packets of any connection: the transport then opens the new one
 * for each connection and forgets everything of the old one.
 */
@ConsumerType
public interface Codec {

    /**
     * Begins to work for one connection. Called on its event loop.
     *
     * @param version what is spoken on the connection; {@code null} if its CONNECT has not arrived yet
     * @param eventLoop where it will be used: what connections share without locks may be kept by event loop
     */
    ConnectionCodec open(@Nullable ProtocolVersion version, EventLoop eventLoop);
}
