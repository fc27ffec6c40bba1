// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** The versions of MQTT that the broker speaks. */
public enum ProtocolVersion {
    /** MQTT 3.1, protocol level 3. */
    MQTT_3_1(3, "MQIsdp"),
    /** MQTT 3.1.1, protocol level 4. */
    MQTT_3_1_1(4, "MQTT"),
    /** MQTT 5.0, protocol level 5. */
    MQTT_5(5, "MQTT");

    private final int level;
    private final String protocolName;

    ProtocolVersion(int level, String protocolName) {
        this.level = level;
        this.protocolName = protocolName;
    }

    /** The protocol level (3.1.1) or protocol version (5.0) in a CONNECT packet: 3, 4 or 5. */
    public int level() {
        return level;
    }

    /** The protocol name in a CONNECT packet. */
    public String protocolName() {
        return protocolName;
    }

    /** Whether packets of this version have properties and reason codes. */
    public boolean hasProperties() {
        return this == MQTT_5;
    }
}
