// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What goes over the wires of a transport, and what waits there. A transport registers it as a service.
 *
 * <p>Any thread; what is answered may be a moment old. All but {@link #bytesHeld()} count from the start of the transport.
 */
@ConsumerType
public interface Traffic {

    /** How many bytes clients have sent. */
    long bytesReceived();

    /** How many bytes were sent to clients. */
    long bytesSent();

    /** How many packets were received, of whatever type. */
    long packetsReceived();

    /** How many packets were sent, of whatever type. */
    long packetsSent();

    /** How many connections were closed at once, because there were too many, or too many in a short time. */
    long connectionsTurnedAway();

    /** How many connections were closed because of a packet that was not whole and for which there was no memory. */
    long connectionsStarved();

    /** How many bytes are held: of packets that are not whole yet, and of what was written and has not left. */
    long bytesHeld();
}
