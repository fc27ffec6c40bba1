// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A place where clients connect; a listener bundle registers one service for each of its configurations, whether it could
 * bind or not. Any thread.
 */
@ConsumerType
public interface Listener {

    /** Service property: the PID of its configuration, {@code io.mortise.listener.tcp~default}; a {@link String}. */
    String PID = "mortise.listener.pid";

    /** Service property: what is spoken there, {@code mqtt}; a {@link String}. */
    String PROTOCOL = "mortise.listener.protocol";

    /** Service property: the address that is bound, {@code 127.0.0.1:1883}; a {@link String}, absent if none is. */
    String ADDRESS = "mortise.listener.address";

    /** Service property: why no address is bound; a {@link String}, absent if one is. */
    String FAILURE = "mortise.listener.failure";

    /** The PID of its configuration. */
    String name();

    /** What is spoken there: {@code mqtt}. */
    String protocol();

    /** The address that is bound, as {@code host:port}; {@code null} if none is. */
    @Nullable
    String address();

    /** Why no address is bound; {@code null} if one is. */
    @Nullable
    String failure();

    /** How many connections that came through it are open. */
    int connections();
}
