// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ongres.saslprep.SASLprep;
import com.ongres.stringprep.Profile;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {

    /** RFC 4013, 3. */
    @ParameterizedTest
    @CsvSource({"I\u00adX, IX", "user, user", "USER, USER", "\u00aa, a", "\u2168, IX"})
    void shouldPrepareAsTheRfcDoes(String text, String prepared) {
        assertEquals(prepared, SaslPrep.prepare(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "\u06271", "a\u0000", "\ud800", "\ue000", "\ufffd", "a\u0627"})
    void shouldRefuseWhatTheRfcRefuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> SaslPrep.prepare(text));
    }

    /** The same as a SASLprep that others wrote, on texts of characters that Unicode 3.2 knew. */
    @Test
    void shouldPrepareAsOthersDo() {
        Profile theirs = new SASLprep();
        Random random = new Random(4013);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = 1 + random.nextInt(3); length > 0; length--) {
                text.appendCodePoint(known(random));
            }
            String expected = prepared(theirs, text.toString());
            String got;
            try {
                got = SaslPrep.prepare(text.toString());
            } catch (IllegalArgumentException refused) {
                got = null;
            }
            assertEquals(
                    expected,
                    got,
                    () -> text.chars().mapToObj(Integer::toHexString).toList().toString());
        }
    }

    private static String prepared(Profile profile, String text) {
        try {
            return profile.prepareStored(text);
        } catch (IllegalArgumentException refused) {
            return null;
        } catch (ArrayIndexOutOfBoundsException nothingLeft) { // theirs fails when all was mapped to nothing
            return "";
        }
    }

    private static int known(Random random) {
        int[] ranges = {
            0x00, 0x80, 0x80, 0x221, 0x5D0, 0x5EB, 0x621, 0x63B, 0x2000, 0x200B, 0x200C, 0x2053, 0x3041, 0x3097
        };
        int range = 2 * random.nextInt(ranges.length / 2);
        return ranges[range] + random.nextInt(ranges[range + 1] - ranges[range]);
    }
}
