// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestTest {

    @Test
    void shouldNameFilesThatWereChangedOrCameOrWent() {
        FileTime early = FileTime.fromMillis(1);
        FileTime late = FileTime.fromMillis(2);
        assertEquals(
                List.of("changed", "came", "went").stream().sorted().toList(),
                Rest.differences(
                        Map.of("same", early, "changed", early, "went", early),
                        Map.of("same", early, "changed", late, "came", late)));
    }

    @Test
    void shouldBeContentOnlyWithNothingWrittenAndNothingChanged() {
        assertTrue(new Rest(1, 0, 0, 0, List.of()).words().isEmpty());
        assertFalse(new Rest(1, 0, 0, 4096, List.of()).words().isEmpty());
        assertFalse(new Rest(1, 0, 0, 0, List.of("journal")).words().isEmpty());
    }
}
