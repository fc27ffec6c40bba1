// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import io.mortise.api.protocol.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which number is said in which topic: by the names that users of other brokers know, and by a few of our own.
 *
 * <p>Used by one thread. Each number stands for itself: one that cannot be said keeps no other from being said.
 */
final class Report {
    private static final Logger LOG = LoggerFactory.getLogger(Report.class);

    private static final String ROOT = "$SYS/broker/";

    /** One topic, and what is said there; {@code null} says nothing. */
    private record Line(Topic topic, Function<Map<String, Long>, @Nullable String> text) {}

    private final int intervalSeconds;
    private final List<Line> lines = new ArrayList<>();
    private final Map<Topic, String> said = new LinkedHashMap<>();
    private final Set<Topic> failed = new HashSet<>();
    private final Map<String, Topic> counters = new HashMap<>();

    Report(String version, int intervalSeconds) {
        this.intervalSeconds = intervalSeconds;
        Instant start = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        add("version", numbers -> "mortise " + version);
        add("uptime", numbers -> Instant.now().getEpochSecond() - start.getEpochSecond() + " seconds");
        clients();
        traffic();
        kept();
        loads();
    }

    private void clients() {
        number("clients/total", "sessions");
        number("clients/connected", "connections");
        number("clients/active", "connections");
        difference("clients/disconnected", "sessions", "connections");
        difference("clients/inactive", "sessions", "connections");
        number("clients/maximum", "connections at most");
        number("clients/expired", "sessions expired");
        number("connections/turned_away", "connections turned away");
    }

    private void traffic() {
        number("messages/received", "packets in");
        number("messages/sent", "packets out");
        number("publish/messages/received", "messages in");
        number("publish/messages/sent", "messages out");
        number("publish/messages/dropped", "messages dropped");
        number("publish/bytes/received", "payload bytes in");
        number("publish/bytes/sent", "payload bytes out");
        number("bytes/received", "bytes in");
        number("bytes/sent", "bytes out");
    }

    private void kept() {
        number("subscriptions/count", "subscriptions");
        number("shared_subscriptions/count", "shared subscriptions");
        number("retained messages/count", "retained messages");
        number("messages/inflight", "messages in flight");
        sum("messages/stored", "retained messages", "messages queued", "messages in flight");
        sum("store/messages/count", "retained messages", "messages queued", "messages in flight");
        sum("store/messages/bytes", "retained bytes", "queued bytes", "in flight bytes");
        add(
                "heap/current",
                numbers -> String.valueOf(Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory()));
        add("heap/maximum", numbers -> String.valueOf(Runtime.getRuntime().maxMemory()));
    }

    private void loads() {
        load("messages/received", "packets in");
        load("messages/sent", "packets out");
        load("publish/received", "messages in");
        load("publish/sent", "messages out");
        load("publish/dropped", "messages dropped");
        load("bytes/received", "bytes in");
        load("bytes/sent", "bytes out");
        load("sockets", "connections accepted");
        load("connections", "connections accepted");
    }

    private void add(String name, Function<Map<String, Long>, @Nullable String> text) {
        lines.add(new Line(Topic.of(ROOT + name), text));
    }

    private void number(String name, String key) {
        add(name, numbers -> {
            Long number = numbers.get(key);
            return number == null ? null : number.toString();
        });
    }

    private void difference(String name, String all, String part) {
        add(name, numbers -> {
            Long whole = numbers.get(all);
            Long less = numbers.get(part);
            return whole == null || less == null ? null : String.valueOf(Math.max(0, whole - less));
        });
    }

    private void sum(String name, String... keys) {
        add(name, numbers -> {
            long sum = 0;
            for (String key : keys) {
                sum += numbers.getOrDefault(key, 0L);
            }
            return String.valueOf(sum);
        });
    }

    private void load(String name, String key) {
        for (int minutes : new int[] {1, 5, 15}) {
            LoadAverage average = new LoadAverage(minutes, intervalSeconds);
            add("load/" + name + "/" + minutes + "min", numbers -> {
                Long number = numbers.get(key);
                return number == null ? null : String.format(Locale.ROOT, "%.2f", average.look(number));
            });
        }
    }

    /** Hands on what is not as it was said before. */
    void update(Map<String, Long> numbers, BiConsumer<Topic, String> publish) {
        for (Line line : lines) {
            say(line.topic, line.text, numbers, publish);
        }
        // everything else that the broker counts, by its own name
        numbers.forEach((name, number) -> say(
                counters.computeIfAbsent(name, own -> Topic.of(ROOT + "counters/" + own)),
                same -> number.toString(),
                numbers,
                publish));
    }

    private void say(
            Topic topic,
            Function<Map<String, Long>, @Nullable String> text,
            Map<String, Long> numbers,
            BiConsumer<Topic, String> publish) {
        try {
            String now = text.apply(numbers);
            if (now != null && !now.equals(said.get(topic))) {
                publish.accept(topic, now);
                said.put(topic, now);
            }
            failed.remove(topic);
        } catch (Throwable failure) {
            if (failed.add(topic)) {
                LOG.error("{} cannot be said, as long as this goes on; the others are", topic, failure);
            }
        }
    }

    /** Where something was said. */
    Set<Topic> topics() {
        return said.keySet();
    }
}
