// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void shouldKeepAllValuesOfRepeatedOption() {
        Options options = new Options(List.of("--broker", "a=x", "--broker", "b=y --data z"));
        assertEquals(List.of("a=x", "b=y --data z"), options.all("broker"));
        options.end();
    }

    @Test
    void shouldRefuseOptionThatNobodyAskedFor() {
        Options options = new Options(List.of("--clinets", "5"));
        options.number("clients", 50);
        assertThrows(IllegalArgumentException.class, options::end);
    }

    @Test
    void shouldRefuseOptionWithoutValue() {
        assertThrows(IllegalArgumentException.class, () -> new Options(List.of("--clients")));
    }

    @Test
    void shouldRefuseWordsWhereNumberIsExpected() {
        Options options = new Options(List.of("--clients", "many"));
        assertThrows(IllegalArgumentException.class, () -> options.number("clients", 50));
    }
}
