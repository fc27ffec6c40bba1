// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All flows of a run.
 *
 * <p>Used only on the loop's thread.
 */
final class Flows {

    // Small ones, and one that does not fit into a page of a store.
    private static final int[] LENGTHS = {48, 200, 5000, 64, 1000};

    private final long run;
    private final List<Flow> all = new ArrayList<>();
    private final List<Payload> payloads = new ArrayList<>();

    Flows(long run) {
        this.run = run;
        for (int length : LENGTHS) {
            payloads.add(new Payload(length));
        }
    }

    Flow add(String topic, int qos, boolean retained) {
        Payload payload = payloads.get(all.size() % payloads.size());
        Flow flow = new Flow(all.size(), topic, qos, retained, payload, run);
        all.add(flow);
        return flow;
    }

    /** The flow that a message belongs to, or null when it was never sent like this. */
    @Nullable
    Flow of(byte[] bytes, Publish message, int end) {
        if (end - message.payloadAt() < Payload.HEADER_LENGTH) {
            return null;
        }
        int id = Payload.publisher(bytes, message.payloadAt());
        if (id < 0 || id >= all.size()) {
            return null;
        }
        Flow flow = all.get(id);
        return flow.isIntact(bytes, message.topicAt(), message.topicEnd(), message.payloadAt(), end) ? flow : null;
    }
}
