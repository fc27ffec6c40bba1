// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and its descendants have used so far, from {@code /proc}.
 *
 * <p>Any thread. The descendants count because a broker may be started by a script.
 *
 * @param cpuSeconds user and system time of all threads
 * @param residentBytes memory in use now
 * @param writtenBytes what it caused to be written to storage
 * @param peakBytes the most that was in use since {@link #resetPeak}, or since the start where the kernel does not allow that
 */
public record ProcessUsage(double cpuSeconds, long residentBytes, long writtenBytes, long peakBytes) {

    // proc(5): times are in clock ticks, which Linux shows to user space as 100 a second whatever the kernel's own rate
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 14 - 3;
    private static final int STIME = 15 - 3;

    static ProcessUsage of(long pid) throws IOException {
        double cpuSeconds = 0;
        long resident = 0;
        long peak = 0;
        long written = 0;
        for (long each : tree(pid)) {
            try {
                cpuSeconds += cpuTicks(Files.readString(file(each, "stat"))) / TICKS_PER_SECOND;
                List<String> status = Files.readAllLines(file(each, "status"));
                resident += kibibytes(status, "VmRSS:") * 1024;
                peak += kibibytes(status, "VmHWM:") * 1024;
                written += written(Files.readAllLines(file(each, "io")));
            } catch (NoSuchFileException e) {
                if (each == pid) {
                    throw new IOException("process " + pid + " is not running", e);
                }
            }
        }
        return new ProcessUsage(cpuSeconds, resident, written, peak);
    }

    static ProcessUsage own() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    static void resetPeak(long pid) {
        for (long each : tree(pid)) {
            try {
                Files.writeString(file(each, "clear_refs"), "5");
            } catch (IOException e) {
                Progress.note("peak memory of process " + each + " counts from its start: " + e.getMessage());
            }
        }
    }

    private static List<Long> tree(long pid) {
        Stream<Long> descendants = pid == ProcessHandle.current().pid()
                ? Stream.empty() // the brokers that this program started are not its own use
                : ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), descendants).toList();
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    /** proc(5): the name is in parentheses and may hold anything, so that counting starts after the last one. */
    static long cpuTicks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    }

    /** proc(5): what was truncated before it was written is taken back. */
    static long written(List<String> io) {
        return value(io, "write_bytes:") - value(io, "cancelled_write_bytes:");
    }

    /** The value of a line like {@code VmRSS:     5120 kB}; 0 where there is none, as for a process that is just ending. */
    static long kibibytes(List<String> status, String key) {
        return value(status, key);
    }

    private static long value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("kB", "").trim())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
