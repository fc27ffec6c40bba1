// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.util.List;

/** What a broker has logged since a test began: what it says while it starts is about its configuration. */
final class BrokerLog {
    private final RunningBroker broker;
    private final int before;

    /** Begins to look. */
    BrokerLog(RunningBroker broker) {
        this.broker = broker;
        this.before = broker.command().transcript().length();
    }

    /** Errors, and buffers that netty has found lost. */
    List<String> errors() {
        return broker.command()
                .transcript()
                .substring(before)
                .lines()
                .filter(line ->
                        line.matches(".*\\sERROR\\s.*") || line.contains("LEAK") || line.contains("OutOfMemory"))
                .toList();
    }
}
