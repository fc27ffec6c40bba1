// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a broker's process takes, as the JVM and the system see it. */
final class BrokerMemory {
    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private BrokerMemory() {}

    /** The bytes of all objects that are in use, after a full collection. */
    static long liveHeapBytes(RunningBroker broker) throws IOException, InterruptedException {
        for (String line : Command.run(JCMD, Long.toString(broker.pid()), "GC.class_histogram")) {
            if (line.startsWith("Total")) {
                return Long.parseLong(line.trim().split("\\s+")[2]);
            }
        }
        throw new AssertionError("jcmd says nothing about the heap");
    }

    /** The pages of the process that are in memory, in bytes: heap, buffers, code, stacks. */
    static long residentBytes(RunningBroker broker) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(broker.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("the system says nothing about the memory of " + broker.pid());
    }
}
