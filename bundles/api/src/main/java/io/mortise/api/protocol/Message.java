// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * An application message as it travels through the broker.
 *
 * <p>Immutable; any thread. One object serves all its subscribers: who holds it may recognise it by identity.
 *
 * @param topic where it was published to
 * @param payload its content
 * @param qos the QoS at which it was published
 * @param retain whether it was published with the RETAIN flag
 * @param properties what is forwarded unaltered (MQTT 5.0, 3.3.2.3): payload format indicator, content type, response
 *     topic, correlation data and user properties
 * @param expiresAtMillis when it expires, in milliseconds since the epoch; {@link #NEVER} if it does not. The message
 *     expiry interval of a PUBLISH is counted from its arrival (3.3.2.3.3)
 */
public record Message(
        Topic topic, Payload payload, Qos qos, boolean retain, Properties properties, long expiresAtMillis) {

    /** The value of {@link #expiresAtMillis()} of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A message without properties that does not expire. */
    public Message(Topic topic, Payload payload, Qos qos, boolean retain) {
        this(topic, payload, qos, retain, Properties.NONE, NEVER);
    }

    /** Whether it has expired at that time, in milliseconds since the epoch. */
    public boolean hasExpired(long nowMillis) {
        return expiresAtMillis <= nowMillis;
    }

    /** The same message with another content. */
    public Message withPayload(Payload other) {
        return new Message(topic, other, qos, retain, properties, expiresAtMillis);
    }

    /** The same message on another topic. */
    public Message withTopic(Topic other) {
        return new Message(other, payload, qos, retain, properties, expiresAtMillis);
    }
}
