// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Asks for all retained messages when it is told to, and sees whether they are the last completed ones or later.
 *
 * <p>Used only on the loop's thread. While it looks, nobody publishes new ones; a connection that breaks begins it anew.
 */
final class RetainedCheck extends Client {

    private static final int PACKET_ID = 1;
    // What comes at all comes at once; what must not be there gets as long to show itself.
    private static final long AT_LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String topicFilter;
    private final List<Flow> flows;

    // valid for the connection
    private final Map<Flow, Integer> lowest = new LinkedHashMap<>();
    private final Set<Flow> seen = new HashSet<>();
    private long subscribedAt;
    private boolean subscribed;

    RetainedCheck(Stage stage, String clientId, String topicFilter, List<Flow> flows) {
        super(stage, Version.MQTT_5, clientId);
        this.topicFilter = topicFilter;
        this.flows = flows;
    }

    @Override
    boolean isWanted(long now) {
        return stage.retainedChecked < stage.retainedAsked;
    }

    @Override
    byte[] connect() {
        return Packets.connectClean(version, clientId);
    }

    @Override
    void accepted(ConnAck answer) throws IOException {
        subscribed = false;
        seen.clear();
        flows.forEach(flow -> lowest.put(flow, flow.lastCompleted()));
        put(Packets.subscribe(version, PACKET_ID, topicFilter, 1));
    }

    @Override
    void received(int type, byte[] bytes, int start, int body, int end) throws IOException {
        switch (type) {
            case Wire.SUBACK -> {
                subscribed = true;
                subscribedAt = System.nanoTime();
            }
            case Wire.PUBLISH -> publish(bytes, Publish.read(version, bytes, start, body), end);
            default -> throw violation("packet of type " + type + " for a subscriber");
        }
    }

    private void publish(byte[] bytes, Publish message, int end) throws IOException {
        if (message.qos() > 0) {
            put(Packets.ack(Wire.PUBACK, message.packetId()));
        }
        if (!message.retain()) {
            return; // one that is sent again while we look
        }
        Flow flow = stage.flows.of(bytes, message, end);
        Integer least = lowest.get(flow);
        if (flow == null || least == null) {
            stage.findings.add(Violation.DAMAGED, "something is retained that nobody has sent");
            return;
        }
        seen.add(flow);
        int sequence = message.sequence(bytes);
        if (sequence < least) {
            stage.findings.add(
                    Violation.RETAINED,
                    "%s has #%d, and #%d was completed%s"
                            .formatted(flow.topic(), sequence, least, flow.removes(least) ? ", which removes" : ""));
        }
    }

    @Override
    void work(long now) throws IOException {
        if (!subscribed || now - subscribedAt < AT_LEAST_NANOS) {
            return;
        }
        boolean complete = flows.stream().allMatch(flow -> seen.contains(flow) || mayBeAbsent(flow));
        if (!complete && now - subscribedAt < AT_MOST_NANOS) {
            return;
        }
        for (Flow flow : flows) {
            if (!seen.contains(flow) && !mayBeAbsent(flow)) {
                stage.findings.add(
                        Violation.RETAINED,
                        "%s has nothing, and #%d was completed".formatted(flow.topic(), lowest.get(flow)));
            }
        }
        stage.retainedChecked = stage.retainedAsked;
        leavePolitely();
    }

    // A message that removes may have arrived since, acknowledged or not.
    private boolean mayBeAbsent(Flow flow) {
        int least = lowest.getOrDefault(flow, -1);
        if (least < 0) {
            return true;
        }
        for (int sequence = least; sequence < flow.sent(); sequence++) {
            if (flow.removes(sequence)) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean isSettled() {
        return stage.retainedChecked == stage.retainedAsked;
    }
}
