// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongMapTest {
    private final LongMap<String> map = new LongMap<>();

    @Test
    void shouldKeepWhatWasPut() {
        map.put(7, "seven");

        assertEquals("seven", map.get(7));
        assertNull(map.get(8));
        assertEquals(1, map.size());
    }

    @Test
    void shouldReplaceTheValueOfAKey() {
        map.put(7, "seven");
        map.put(7, "sept");

        assertEquals("sept", map.get(7));
        assertEquals(1, map.size());
    }

    @Test
    void shouldForgetWhatWasRemovedAndIgnoreWhatIsNotThere() {
        map.put(7, "seven");
        map.remove(8);
        map.remove(7);
        map.remove(7);

        assertNull(map.get(7));
        assertEquals(0, map.size());
    }

    /** Dense, strided by a power of two, and beyond 32 bits: none may make the table lose or mix up anything. */
    @ParameterizedTest
    @ValueSource(longs = {1, 4, 65_536, 1L << 40, -3})
    void shouldBehaveAsHashMapDoesWhileItGrowsAndShrinks(long stride) {
        Map<Long, String> expected = new HashMap<>();
        Random random = new Random(stride);
        for (int step = 0; step < 20_000; step++) {
            long key = random.nextInt(600) * stride;
            boolean growing = step / 5_000 % 2 == 0;
            if (random.nextInt(10) < (growing ? 8 : 2)) {
                map.put(key, "value " + step);
                expected.put(key, "value " + step);
            } else {
                map.remove(key);
                expected.remove(key);
            }
            assertEquals(expected.get(key), map.get(key));
            assertEquals(expected.size(), map.size());
        }
        Map<Long, String> content = new HashMap<>();
        map.forEach((value, key) -> content.put(key, value));
        assertEquals(expected, content);
    }
}
