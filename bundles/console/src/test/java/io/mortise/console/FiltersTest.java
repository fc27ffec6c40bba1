// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.protocol.TopicFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/b, a, false",
        "a/b, a/+, true",
        "a/b, +/b, true",
        "a/+, +/b, true",
        "a/+/c, +/b, false",
        "a/#, a, true",
        "a/#, a/b/c/d, true",
        "a/+/#, a, false",
        "a/+/#, a/b, true",
        "#, a/b, true",
        "#, +, true",
        "#, $SYS/a, false",
        "+/a, $SYS/a, false",
        "$SYS/#, $SYS/a, true",
        "$SYS/+, $SYS/#, true",
        "$share/g/a/b, a/+, true",
        "$share/g/#, a, true"
    })
    void shouldTellWhetherTwoFiltersHaveATopicInCommon(String one, String other, boolean expected) {
        assertEquals(expected, Filters.overlap(TopicFilter.of(one), TopicFilter.of(other)));
        assertEquals(expected, Filters.overlap(TopicFilter.of(other), TopicFilter.of(one)));
    }
}
