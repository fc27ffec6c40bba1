// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is to get every message of some flows: one session, or the members of a shared subscription together.
 *
 * <p>Used only on the loop's thread.
 */
final class Audience {

    private final String name;
    private final int qos;
    private final boolean ordered;
    private final Violation ifMissing;
    private final Findings findings;
    private final Map<Flow, Receipt> receipts = new LinkedHashMap<>();

    /** What has come of a flow. */
    private static final class Receipt {
        final BitSet received = new BitSet();
        // they may still come
        final BitSet countedAsMissing = new BitSet();
        int highest = -1;
    }

    /**
     * An audience without flows yet.
     *
     * @param qos of its subscription
     * @param ordered whether the messages of a flow come in their order
     * @param ifMissing what it is when one does not come
     */
    Audience(String name, int qos, boolean ordered, Violation ifMissing, Findings findings) {
        this.name = name;
        this.qos = qos;
        this.ordered = ordered;
        this.ifMissing = ifMissing;
        this.findings = findings;
    }

    String name() {
        return name;
    }

    int qos() {
        return qos;
    }

    /** From now on, everything of this flow that is acknowledged is to arrive. */
    void expect(Flow flow) {
        receipts.put(flow, new Receipt());
    }

    /** A message has arrived that is none that the session is just completing. */
    void receive(Flow flow, int sequence, int arrivedQos) {
        Receipt receipt = receipts.get(flow);
        int expectedQos = Math.min(flow.qos(), qos);
        if (receipt == null || arrivedQos != expectedQos) {
            findings.add(
                    Violation.DAMAGED, "%s got %s #%d at QoS %d".formatted(name, flow.topic(), sequence, arrivedQos));
            return;
        }
        if (receipt.received.get(sequence)) {
            again(flow, sequence, expectedQos);
            return;
        }
        receipt.received.set(sequence);
        findings.delivered++;
        if (ordered && sequence < receipt.highest) {
            findings.add(
                    Violation.MISORDERED,
                    "%s got %s #%d after #%d".formatted(name, flow.topic(), sequence, receipt.highest));
        }
        receipt.highest = Math.max(receipt.highest, sequence);
    }

    private void again(Flow flow, int sequence, int expectedQos) {
        if (expectedQos == 2) {
            findings.add(Violation.TWICE, "%s got %s #%d again".formatted(name, flow.topic(), sequence));
        } else {
            findings.repeated++;
        }
    }

    /** Whether everything acknowledged has come. */
    boolean isComplete() {
        for (Map.Entry<Flow, Receipt> entry : receipts.entrySet()) {
            if (!missing(entry.getKey(), entry.getValue()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Counts what has not come as lost, once. */
    void settle() {
        receipts.forEach((flow, receipt) -> missing(flow, receipt).stream().forEach(sequence -> {
            findings.add(ifMissing, "%s did not get %s #%d".formatted(name, flow.topic(), sequence));
            receipt.countedAsMissing.set(sequence);
        }));
    }

    private static BitSet missing(Flow flow, Receipt receipt) {
        BitSet missing = (BitSet) flow.acknowledged().clone();
        missing.andNot(receipt.received);
        missing.andNot(receipt.countedAsMissing);
        return missing;
    }
}
