// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyedSetTest {
    private KeyedSet<Integer, Element> set = KeyedSet.empty();

    private record Element(Integer key, String value) implements Keyed<Integer> {}

    @Test
    void shouldHoldWhatAMapHolds() {
        Random random = new Random(7);
        Map<Integer, Element> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int keys = step % 4_000 < 2_000 ? 200 : 20; // many, few, many …
            int key = random.nextInt(200);
            if (key < keys && random.nextInt(5) < 3) {
                Element element = new Element(key, "step " + step);
                model.put(key, element);
                set = set.with(element);
            } else {
                model.remove(key);
                set = set.without(key);
            }
            assertEquals(model.get(key), set.get(key));
            assertEquals(model.size(), set.size());
            assertEquals(model.isEmpty(), set.isEmpty());
            if (step % 10 == 0) {
                assertEquals(Set.copyOf(model.values()), all());
            }
        }
    }

    @Test
    void shouldTakeOutWhatIsToLeaveAndNothingElse() {
        for (int size : new int[] {0, 1, 5, 16, 17, 100, 10_000}) {
            set = KeyedSet.empty();
            for (int i = 0; i < size; i++) {
                set = set.with(new Element(i, ""));
            }
            set = set.without((Element element) -> element.key() % 3 != 0);
            assertEquals((size + 2) / 3, set.size());
            set.forEach(element -> assertEquals(0, element.key() % 3));
            KeyedSet<Integer, Element> staying = set;
            assertSame(staying, set.without((Element element) -> false));
            assertSame(KeyedSet.empty(), set.without((Element element) -> true));
        }
    }

    @Test
    void shouldBeAnArrayAgainWhenItHasShrunk() {
        for (int i = 0; i < 1_000; i++) {
            set = set.with(new Element(i, ""));
        }
        for (int i = 0; i < 998; i++) {
            set = set.without(i);
        }
        assertEquals(KeyedSet.Few.class, set.getClass());
        assertSame(KeyedSet.empty(), set.without(998).without(999));
    }

    @Test
    void shouldGiveATableBackWhenACrowdHasLeft() {
        for (int i = 0; i < 10_000; i++) {
            set = set.with(new Element(i, ""));
        }
        KeyedSet<Integer, Element> large = set;
        for (int i = 0; i < 9_900; i++) {
            set = set.without(i);
        }
        assertEquals(100, set.size());
        assertEquals(false, set == large, "the table of 10,000 is still there");
    }

    @Test
    void shouldLetAReaderFinishWhatItHasBegunWhenItIsSmall() {
        set = set.with(new Element(1, "one")).with(new Element(2, "two"));
        Iterator<Element> reader = set.iterator();
        set = set.without(1).without(2);

        List<String> read = new ArrayList<>();
        reader.forEachRemaining(element -> read.add(element.value()));

        assertEquals(List.of("one", "two"), read);
        assertNull(set.get(1));
    }

    private Set<Element> all() {
        Set<Element> all = new HashSet<>();
        int count = 0;
        for (Element element : set) {
            all.add(element);
            count++;
        }
        assertEquals(count, all.size(), "met twice");
        return all;
    }
}
