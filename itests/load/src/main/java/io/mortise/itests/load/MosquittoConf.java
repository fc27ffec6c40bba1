// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Configuration of a Mosquitto whose own limits shall not be what is measured: nothing queued is dropped.
 *
 * <p>Any thread.
 */
record MosquittoConf(String fileName, String text) {

    private static final String COMMON = """
            listener %d 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            max_inflight_messages 1000
            log_type error
            """;

    /** Nothing is written to disk. */
    static MosquittoConf inMemory(int port) {
        return new MosquittoConf("mosquitto.conf", COMMON.formatted(port) + "persistence false\n");
    }

    /** What it has is written after every second with a change, which is as often as it can. */
    static MosquittoConf durable(int port, Path data) {
        return new MosquittoConf(
                "mosquitto-durable.conf",
                COMMON.formatted(port) + """
                persistence true
                persistence_location %s/
                autosave_interval 1
                """.formatted(data) + (isRoot() ? "user root\n" : ""));
    }

    // Started by root it would become a user who may not write there.
    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    String writeTo(Path directory) throws IOException {
        return Files.writeString(directory.resolve(fileName), text).toString();
    }
}
