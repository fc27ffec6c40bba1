// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void shouldHaveOneOnTheNarrowSide() {
        assertEquals(1, Shape.FAN_IN.subscribers(50));
        assertEquals(50, Shape.FAN_IN.publishers(50));
        assertEquals(1, Shape.FAN_OUT.publishers(50));
        assertEquals(50, Shape.FAN_OUT.subscribers(50));
        assertEquals(50, Shape.PAIRS.publishers(50));
    }

    @Test
    void shouldSubscribeToWhatIsPublished() {
        assertEquals("r/+", Shape.FAN_IN.topicFilter("r", 0));
        assertEquals(Shape.FAN_OUT.topic("r", 0), Shape.FAN_OUT.topicFilter("r", 7));
        assertEquals(Shape.PAIRS.topic("r", 7), Shape.PAIRS.topicFilter("r", 7));
        assertFalse(Shape.PAIRS.reaches(6, 7));
    }

    @Test
    void shouldBeFoundByItsLabel() {
        for (Shape shape : Shape.values()) {
            assertSame(shape, Shape.of(shape.label()));
        }
        assertThrows(IllegalArgumentException.class, () -> Shape.of("fan"));
    }
}
