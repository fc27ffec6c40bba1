// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs every scenario against several brokers by turns, several times.
 *
 * <p>Used only on the main thread. In each round all brokers are started anew and run side by side, idle but for the one that is
 * measured, so that a scenario meets them within seconds of each other; every other round takes them in reverse.
 */
final class Compare {

    private Compare() {}

    /** Takes for each broker its name and the command that starts it. */
    static Series run(Map<String, BrokerProcess.Launch> commands, List<Scenario> scenarios, int rounds)
            throws IOException {
        Series series = new Series(rounds * scenarios.size() * commands.size());
        for (int round = 0; round < rounds; round++) {
            List<BrokerProcess> processes = new ArrayList<>();
            try {
                for (Map.Entry<String, BrokerProcess.Launch> command : commands.entrySet()) {
                    int place = round % 2 == 0 ? processes.size() : 0;
                    processes.add(place, BrokerProcess.start(command.getKey(), command.getValue()));
                }
                for (Scenario scenario : scenarios) {
                    for (BrokerProcess process : processes) {
                        series.run(scenario, process.broker(), round);
                    }
                }
            } finally {
                processes.forEach(BrokerProcess::close);
            }
        }
        return series;
    }
}
