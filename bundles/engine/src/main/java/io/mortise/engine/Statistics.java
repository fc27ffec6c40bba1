// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Traffic;
import io.mortise.engine.Memory.Holding;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The numbers of the broker as one table. No session is asked: everything is counted where it happens. Any thread. */
final class Statistics {
    private final Engine engine;
    private final Memory memory;
    private final Map<String, Long> table = new LinkedHashMap<>();

    Statistics(Engine engine) {
        this.engine = engine;
        this.memory = engine.memory();
    }

    Map<String, Long> all() {
        connections();
        messages();
        engine.counters().addTo(table);
        if (engine.observers().missed() > 0) {
            table.put("events that observers missed", engine.observers().missed());
        }
        wire();
        table.put("memory used", memory.used());
        table.put("memory maximum", memory.maximum());
        for (Holding holding : Holding.values()) {
            table.put("memory: " + holding.name().toLowerCase(Locale.ROOT), memory.bytes(holding));
        }
        return table;
    }

    private void connections() {
        long internal =
                engine.clients().stream().filter(ClientConnection::isInternal).count();
        table.put("connections", engine.clients().size() - internal);
        table.put("connections at most", engine.totals().mostConnections());
        table.put("connections accepted", engine.totals().connectionsAccepted());
        table.put("sessions", engine.sessions().all().size() - internal);
        table.put("sessions expired", engine.totals().sessionsExpired());
        table.put("subscriptions", memory.items(Holding.SUBSCRIPTIONS));
        table.put("shared subscriptions", engine.sharedSubscriptions().sum());
        table.put("retained messages", (long) engine.retained().size());
        table.put("retained bytes", memory.bytes(Holding.RETAINED));
        table.put("retained messages expired", engine.retained().expired());
    }

    private void messages() {
        table.put("messages in", engine.totals().messagesIn());
        table.put("messages out", engine.totals().messagesOut());
        table.put("payload bytes in", engine.totals().payloadBytesIn());
        table.put("payload bytes out", engine.totals().payloadBytesOut());
        table.put(
                "messages queued",
                memory.items(Holding.QUEUES) + engine.messagesInStore().sum());
        table.put("messages queued in the store", engine.messagesInStore().sum());
        table.put("messages in flight", memory.items(Holding.INFLIGHT));
        table.put(
                "queued bytes",
                memory.bytes(Holding.QUEUES) + engine.bytesInStore().sum());
        table.put("in flight bytes", memory.bytes(Holding.INFLIGHT));
        table.put("messages dropped", engine.counters().dropped());
    }

    private void wire() {
        Traffic traffic = engine.traffic();
        if (traffic == null) {
            return;
        }
        table.put("packets in", traffic.packetsReceived());
        table.put("packets out", traffic.packetsSent());
        table.put("bytes in", traffic.bytesReceived());
        table.put("bytes out", traffic.bytesSent());
        table.put("connections turned away", traffic.connectionsTurnedAway());
        table.put("connections starved", traffic.connectionsStarved());
    }
}
