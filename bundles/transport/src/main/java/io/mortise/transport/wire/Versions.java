// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.protocol.ProtocolVersion;
import java.util.EnumSet;
import java.util.Set;

/** Versions of MQTT as a configuration names them: {@code 3.1}, {@code 3.1.1}, {@code 5.0}. */
public final class Versions {

    private Versions() {}

    /**
     * The versions with these names.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static Set<ProtocolVersion> named(String... names) {
        Set<ProtocolVersion> versions = EnumSet.noneOf(ProtocolVersion.class);
        for (String name : names) {
            versions.add(
                    switch (name) {
                        case "3.1" -> ProtocolVersion.MQTT_3_1;
                        case "3.1.1" -> ProtocolVersion.MQTT_3_1_1;
                        case "5.0" -> ProtocolVersion.MQTT_5;
                        default ->
                            throw new IllegalArgumentException("versions: 3.1, 3.1.1 or 5.0 expected, got " + name);
                    });
        }
        return versions;
    }
}
