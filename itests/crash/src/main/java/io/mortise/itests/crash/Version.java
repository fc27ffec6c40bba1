// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

/** The versions of the protocol that the clients speak. */
enum Version {
    MQTT_3_1_1(4),
    MQTT_5(5);

    final int level;

    Version(int level) {
        this.level = level;
    }

    boolean hasProperties() {
        return this == MQTT_5;
    }
}
