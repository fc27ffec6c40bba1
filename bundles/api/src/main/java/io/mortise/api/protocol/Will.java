// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * The will of a client: what is published for it when its connection ends without a DISCONNECT (MQTT 5.0, 3.1.2.5).
 *
 * @param properties those of the message, and will delay interval and message expiry interval in seconds (3.1.3.2)
 */
public record Will(Topic topic, Payload payload, Qos qos, boolean retain, Properties properties) {

    /** The will delay interval in seconds: 0 to 4,294,967,295 (3.1.3.2.2). */
    public long delaySeconds() {
        return properties.number(Property.WILL_DELAY_INTERVAL, 0);
    }

    /** The message to publish at that time, in milliseconds since the epoch, from which its expiry is counted. */
    public Message message(long nowMillis) {
        long expirySeconds = properties.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        Properties forwarded = properties.toBuilder()
                .without(Property.WILL_DELAY_INTERVAL)
                .without(Property.MESSAGE_EXPIRY_INTERVAL)
                .build();
        long expiresAtMillis = expirySeconds < 0 ? Message.NEVER : nowMillis + expirySeconds * 1000;
        return new Message(topic, payload, qos, retain, forwarded, expiresAtMillis);
    }
}
