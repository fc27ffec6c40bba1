// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.ReasonCode;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What the broker has refused and dropped, counted by why. Any thread. */
final class Counters {

    /** Why a message did not reach a session. */
    enum Drop {
        /** Its queue is as long or as large as is allowed. */
        QUEUE_FULL("queue full"),
        /** The memory is used up. */
        MEMORY_FULL("memory full"),
        /** At QoS 0, and there was no connection, or it ended. */
        NOT_CONNECTED("not connected"),
        /** The message expired while it waited. */
        EXPIRED("expired"),
        /** The client may not receive it. */
        NOT_AUTHORIZED("not authorized"),
        /** It is larger than the client accepts. */
        TOO_LARGE("too large"),
        /** It was to be retained, and as much is retained as may be. */
        RETAINED_FULL("retained full"),
        /** An interceptor has refused it, or failed. */
        INTERCEPTED("intercepted");

        private final String text;

        Drop(String text) {
            this.text = text;
        }

        /** In words. */
        String text() {
            return text;
        }
    }

    private static final ReasonCode[] REASON_CODES = ReasonCode.values();

    private final LongAdder[] drops = new LongAdder[Drop.values().length];
    private final LongAdder slowdowns = new LongAdder();

    /** By packet type and reason code: a client that is refused again and again must not cost much. */
    private final AtomicLongArray answers = new AtomicLongArray(PacketType.values().length * REASON_CODES.length);

    Counters() {
        for (Drop drop : Drop.values()) {
            drops[drop.ordinal()] = new LongAdder();
        }
    }

    /** A message was dropped for one session. */
    void dropped(Drop why) {
        drops[why.ordinal()].increment();
    }

    /** How many were dropped, for whatever reason. */
    long dropped() {
        long sum = 0;
        for (LongAdder drop : drops) {
            sum += drop.sum();
        }
        return sum;
    }

    /**
     * Something was not granted, or a connection was ended.
     *
     * @param answer the packet that says so, or would if the version and the QoS had one
     */
    void answered(PacketType answer, ReasonCode reasonCode) {
        answers.incrementAndGet(answer.ordinal() * REASON_CODES.length + reasonCode.ordinal());
    }

    /** A client that publishes too fast was not read for a while. */
    void slowedDown() {
        slowdowns.increment();
    }

    /** All that is not zero, by name. */
    void addTo(Map<String, Long> statistics) {
        for (Drop drop : Drop.values()) {
            long count = drops[drop.ordinal()].sum();
            if (count > 0) {
                statistics.put("messages dropped: " + drop.text, count);
            }
        }
        if (slowdowns.sum() > 0) {
            statistics.put("pauses for the publish rate", slowdowns.sum());
        }
        for (PacketType answer : PacketType.values()) {
            for (ReasonCode reasonCode : REASON_CODES) {
                long count = answers.get(answer.ordinal() * REASON_CODES.length + reasonCode.ordinal());
                if (count > 0) {
                    statistics.put(name(answer, reasonCode), count);
                }
            }
        }
    }

    private static String name(PacketType answer, ReasonCode reasonCode) {
        String words = reasonCode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return String.format(Locale.ROOT, "%s 0x%02X %s", answer, reasonCode.value(), words);
    }
}
