// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {

    @Test
    void shouldAddUserAndSystemTime() {
        String stat = "4711 (java) S 1 4711 4711 0 -1 4194560 9000 0 12 0 250 31 7 8 20 0 25 0 88888 4000000 9000";
        assertEquals(281, ProcessUsage.cpuTicks(stat));
    }

    @Test
    void shouldNotBeMisledByNameWithSpacesAndParentheses() {
        String stat = "4711 (a) S (b 1 2) S 1 4711 4711 0 -1 4194560 9000 0 12 0 250 31 7 8 20 0 25 0 88888";
        assertEquals(281, ProcessUsage.cpuTicks(stat));
    }

    @Test
    void shouldFindMemoryByItsKey() {
        List<String> status = List.of("Name:\tmosquitto", "VmHWM:\t    9216 kB", "VmRSS:\t    5120 kB");
        assertEquals(5120, ProcessUsage.kibibytes(status, "VmRSS:"));
        assertEquals(9216, ProcessUsage.kibibytes(status, "VmHWM:"));
        assertEquals(0, ProcessUsage.kibibytes(status, "VmSwap:"));
    }

    @Test
    void shouldTakeBackWhatWasNeverWritten() {
        List<String> io = List.of("wchar: 9999", "read_bytes: 7", "write_bytes: 8192", "cancelled_write_bytes: 4096");
        assertEquals(4096, ProcessUsage.written(io));
    }

    @Test
    void shouldReadThisProcess() throws IOException {
        ProcessUsage usage = ProcessUsage.own();
        assertTrue(usage.cpuSeconds() > 0);
        assertTrue(usage.residentBytes() > 0);
        assertTrue(usage.peakBytes() > 0);
    }

    @Test
    void shouldSayThatProcessIsNotRunning() {
        long beyondLargestPid = 1L << 30;
        assertThrows(IOException.class, () -> ProcessUsage.of(beyondLargestPid));
    }
}
