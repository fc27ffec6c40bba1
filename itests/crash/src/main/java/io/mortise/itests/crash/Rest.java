// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Broker;
import io.mortise.itests.load.Progress;
import io.mortise.itests.load.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Lets everybody be there and say nothing, and sees what the broker writes all the same.
 *
 * <p>Used only on the main thread.
 *
 * @param seconds how long
 * @param freshBytes what the files of its data directory held before the first message
 * @param bytes what they hold in the end
 * @param writtenBytes what the process caused to be written to storage at rest
 * @param touched files that were changed at rest, or came or went
 */
record Rest(int seconds, long freshBytes, long bytes, long writtenBytes, List<String> touched) {

    private static final int TRAFFIC_MILLIS = 3000;
    // What it still has to write about the last message it has written then.
    private static final int SETTLE_MILLIS = 10_000;

    static Rest run(Exercise exercise, int seconds) throws IOException {
        Progress progress = new Progress();
        progress.begin(seconds + " s of rest");
        Path data = exercise.subject.data();
        exercise.begin();
        Broker broker = exercise.subject.broker();
        long fresh = broker.dataBytes();
        exercise.load(TRAFFIC_MILLIS);
        exercise.calm();
        exercise.load(SETTLE_MILLIS);
        Map<String, FileTime> before = files(data);
        long written = broker.usage().writtenBytes();
        exercise.load(seconds * 1000L);
        written = broker.usage().writtenBytes() - written;
        Map<String, FileTime> after = files(data);
        progress.end(written == 0 ? "nothing written" : "something written");
        return new Rest(seconds, fresh, broker.dataBytes(), written, differences(before, after));
    }

    private static Map<String, FileTime> files(Path data) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                times.put(data.relativize(file).toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    static List<String> differences(Map<String, FileTime> before, Map<String, FileTime> after) {
        return Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(file -> !(before.containsKey(file) && before.get(file).equals(after.get(file))))
                .sorted()
                .toList();
    }

    String table() {
        Table table = new Table(List.of(
                "rest",
                "bytes written",
                "files changed",
                "KiB of data before the first message",
                "KiB of data in the end"));
        table.add(List.of(
                seconds + " s",
                Report.count(writtenBytes),
                Report.count(touched.size()),
                Report.count(freshBytes / 1024),
                Report.count(bytes / 1024)));
        return table.toString();
    }

    List<String> words() {
        return writtenBytes == 0 && touched.isEmpty()
                ? List.of()
                : List.of("written at rest: " + writtenBytes + " bytes, and changed: " + touched);
    }
}
