// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Payload;
import io.mortise.itests.load.Wire;

/**
 * Where things are in a PUBLISH that came in.
 *
 * @param packetId 0 at QoS 0
 */
record Publish(int qos, boolean retain, int topicAt, int topicEnd, int packetId, int payloadAt) {

    static Publish read(Version version, byte[] bytes, int start, int body) {
        int qos = bytes[start] >> 1 & 0x03;
        int topicEnd = body + 2 + Wire.getShort(bytes, body);
        int packetId = qos > 0 ? Wire.getShort(bytes, topicEnd) : 0;
        int at = qos > 0 ? topicEnd + 2 : topicEnd;
        if (version.hasProperties()) {
            at = VariableByteInteger.end(bytes, at) + VariableByteInteger.value(bytes, at);
        }
        return new Publish(qos, (bytes[start] & 0x01) != 0, body + 2, topicEnd, packetId, at);
    }

    /** The number that its payload says; only of an intact one. */
    int sequence(byte[] bytes) {
        return (int) Payload.sequence(bytes, payloadAt);
    }
}
