// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.protocol.ProtocolVersion;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a door lets in.
 *
 * @param maximumConnections how many may be open at a time; further ones are closed at once; at least 1
 * @param maximumPacketSize the largest packet let in, in bytes, fixed header included; 1,024 to 268,435,460
 * @param connectTimeoutMillis how long a client may take from the socket to its whole CONNECT; at least 1
 * @param versions the versions of MQTT that are spoken here; at least one
 */
public record DoorLimits(
        int maximumConnections, int maximumPacketSize, int connectTimeoutMillis, Set<ProtocolVersion> versions) {

    /** What a listener has that says nothing else. */
    public static final DoorLimits DEFAULT =
            new DoorLimits(100_000, 1_048_576, 10_000, EnumSet.allOf(ProtocolVersion.class));

    /** Refuses what is out of range. */
    public DoorLimits {
        Range.check("maximumConnections", 1, maximumConnections, Integer.MAX_VALUE);
        Range.check("maximumPacketSize", 1_024, maximumPacketSize, 268_435_460);
        Range.check("connectTimeoutMillis", 1, connectTimeoutMillis, Integer.MAX_VALUE);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("versions: at least one version of MQTT expected, got none");
        }
        versions = Collections.unmodifiableSet(EnumSet.copyOf(versions));
    }
}
