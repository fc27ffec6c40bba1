// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A broker that is running: how the report calls it, where it listens, and which process it is.
 *
 * @param pid its process, or {@link #UNKNOWN_PROCESS}
 */
public record Broker(String name, InetSocketAddress address, long pid) {

    public static final long UNKNOWN_PROCESS = 0;

    private static final ProcessUsage UNKNOWN_USAGE = new ProcessUsage(Double.NaN, 0, 0);

    ProcessUsage usage() throws IOException {
        return pid == UNKNOWN_PROCESS ? UNKNOWN_USAGE : ProcessUsage.of(pid);
    }

    void resetPeak() {
        if (pid != UNKNOWN_PROCESS) {
            ProcessUsage.resetPeak(pid);
        }
    }
}
