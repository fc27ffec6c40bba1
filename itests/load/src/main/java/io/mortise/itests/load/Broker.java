// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is running: how the report calls it, where it listens, and which process it is.
 *
 * @param speaksWebSocket whether clients connect over a WebSocket, at the path {@code /mqtt}
 * @param pid its process, or {@link #UNKNOWN_PROCESS}
 * @param data where it keeps its data, or null if that is not known
 */
public record Broker(
        String name,
        InetSocketAddress address,
        boolean speaksWebSocket,
        long pid,
        @Nullable Path data) {

    public static final long UNKNOWN_PROCESS = 0;

    private static final ProcessUsage UNKNOWN_USAGE = new ProcessUsage(Double.NaN, 0, 0, 0);

    public ProcessUsage usage() throws IOException {
        return pid == UNKNOWN_PROCESS ? UNKNOWN_USAGE : ProcessUsage.of(pid);
    }

    /** What was written so far, by anybody, to the device that its data is on; 0 where there is no such device. */
    long deviceBytes() throws IOException {
        return data == null ? 0 : BlockDevice.of(data).writtenBytes();
    }

    /** How much its files hold now. */
    public long dataBytes() throws IOException {
        if (data == null) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Lets a client connect to it, from this address if it is not null. */
    void connect(Loop loop, @Nullable InetSocketAddress local, Peer client) throws IOException {
        loop.connect(local, address, client, speaksWebSocket ? new WebSocket() : null);
    }

    void resetPeak() {
        if (pid != UNKNOWN_PROCESS) {
            ProcessUsage.resetPeak(pid);
        }
    }
}
