// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A broker as a process with a small heap, whose memory is watched. */
final class MeasuredBroker implements AutoCloseable {
    private static final Pattern NUMBER = Pattern.compile("(\\S.*?)  +(\\d+)");

    /** What a Java process takes besides heap and buffers: code, classes, threads, the collector. */
    private static final long BESIDES_MIB = 160;

    private final Path data;
    private final List<String> settings;
    private Command command;
    private int port;
    private final int heapMib;
    private final int directMib;
    private long largestRss;
    private long largestUsed;

    MeasuredBroker(int heapMib, int directMib, String... settings) throws Exception {
        this.heapMib = heapMib;
        this.directMib = directMib;
        this.data = Files.createTempDirectory("mortise");
        this.settings = List.of(settings);
        start();
    }

    private void start() throws Exception {
        List<String> words = new ArrayList<>(List.of(RunningBroker.MORTISE, "run", "--data", data.toString()));
        words.addAll(List.of("--set", "io.mortise.listener.tcp~default:port=0"));
        words.addAll(List.of("--set", "io.mortise.listener.websocket~default:port=0"));
        for (String setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment()
                .put(
                        "MORTISE_OPTS",
                        "-Xmx" + heapMib + "m -XX:MaxDirectMemorySize=" + directMib + "m -XX:+ExitOnOutOfMemoryError");
        this.command = new Command(builder);
        String ready = command.line(line -> line.startsWith("mortise ready"));
        this.port = Integer.parseInt(ready.replaceFirst(".*mqtt=[^ ]*:(\\d+).*", "$1"));
    }

    /** Ends it as an operator does, and starts it again with what it had. */
    void restart() throws Exception {
        command.terminate();
        command.exitsWith(0);
        command.close();
        start();
    }

    int port() {
        return port;
    }

    /** Asks the broker for its numbers, and notes how much memory it and its process use. */
    Map<String, Long> numbers() throws Exception {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String line : Command.run(RunningBroker.MORTISE, "shell", "--data", data.toString(), "stats")) {
            Matcher number = NUMBER.matcher(line);
            if (number.matches()) {
                numbers.put(number.group(1), Long.valueOf(number.group(2)));
            }
        }
        largestUsed = Math.max(largestUsed, numbers.get("memory used"));
        for (String line : Files.readAllLines(Path.of("/proc/" + command.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                largestRss = Math.max(largestRss, Long.parseLong(line.replaceAll("\\D", "")) * 1024);
            }
        }
        return numbers;
    }

    static long number(Map<String, Long> numbers, String name) {
        return numbers.getOrDefault(name, 0L);
    }

    /** What it may exceed its budget by is what arrives between two looks at it. */
    void isWithinItsBudget(Map<String, Long> numbers) {
        long maximum = numbers.get("memory maximum");
        if (largestUsed > maximum + maximum / 4) {
            throw new AssertionError(largestUsed + " bytes used, of at most " + maximum);
        }
        long rssMaximum = (heapMib + directMib + BESIDES_MIB) * 1024 * 1024;
        if (largestRss > rssMaximum) {
            throw new AssertionError(largestRss + " bytes resident, expected at most " + rssMaximum);
        }
        String said = command.transcript();
        if (said.contains("OutOfMemory") || said.contains(" ERROR ")) {
            throw new AssertionError(said);
        }
    }

    /** For whoever reads what a run at full size has printed. */
    String measured() {
        return "RSS at most " + largestRss / 1_048_576 + " MiB, budget used at most " + largestUsed / 1_048_576
                + " MiB, heap at most " + heapMib + " MiB";
    }

    @Override
    public void close() throws IOException {
        command.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
