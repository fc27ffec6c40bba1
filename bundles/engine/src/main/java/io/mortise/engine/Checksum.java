// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.UserProperty;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What two stores have to agree about, as the first 64 bits of a SHA-256. Used by one thread. */
final class Checksum {
    private final MessageDigest digest;

    private Checksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Of a session without its messages: how much of these is in the record is the store's affair. */
    static long of(SessionRecord session) {
        Checksum sum = new Checksum();
        sum.add(session.state().principal());
        sum.add(session.state().expiryIntervalSeconds());
        sum.add(session.state().disconnectedAtMillis());
        sum.add(session.state().will());
        session.subscriptions().stream()
                .sorted(Comparator.comparing(
                        subscription -> subscription.filter().toString()))
                .forEach(sum::add);
        session.inboundPacketIds().stream().sorted().forEach(sum::add);
        return sum.value();
    }

    /** Of a message of a session, its position included: the order in which they are added up is no matter. */
    static long of(OutboundMessage message) {
        Checksum sum = new Checksum();
        sum.add(message);
        return sum.value();
    }

    /** Of a retained message. */
    static long of(Message message) {
        Checksum sum = new Checksum();
        sum.add(message);
        return sum.value();
    }

    private void add(Subscription subscription) {
        add(subscription.toString()); // the filter and the options: a record of nothing that hides anything
    }

    private void add(OutboundMessage message) {
        add(message.position());
        add(message.message());
        add(message.qos().ordinal());
        add(message.retain() ? 1 : 0);
        add(message.subscriptionIdentifiers().toString());
        add(String.valueOf(message.shared()));
        add(message.packetId());
        add(message.received() ? 1 : 0);
    }

    private void add(@Nullable Will will) {
        if (will != null) {
            add(will.message(0));
            add(will.delaySeconds());
        }
    }

    private void add(Message message) {
        add(message.topic().name());
        add(message.payload());
        add(message.qos().ordinal());
        add(message.retain() ? 1 : 0);
        add(message.expiresAtMillis());
        add(message.properties());
    }

    private void add(Properties properties) {
        properties.forEach((property, value) -> {
            add(property.ordinal());
            if (value instanceof Payload bytes) {
                add(bytes);
            } else {
                add(value.toString());
            }
        });
        for (UserProperty user : properties.userProperties()) {
            add(user.name());
            add(user.value());
        }
    }

    private void add(Payload bytes) {
        add(bytes.size());
        digest.update(bytes.asByteBuffer());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private long value() {
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
