// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Canary.Outcome;
import io.mortise.api.auth.Canary.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialTest {
    private final List<String> said = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50, 90, 100})
    void shouldDecideAboutItsShareOfNamesThatDifferLittle(int percent) {
        Trial trial = trial(percent);
        for (String pattern : List.of("%d", "sensor-%d", "%05d", "a/%x/b")) {
            long decided = IntStream.range(0, 10_000)
                    .filter(i -> trial.decides(String.format(pattern, i)) == Version.NEXT)
                    .count();
            assertTrue(Math.abs(decided - percent * 100) <= 200, pattern + " " + percent + " % is " + decided);
        }
        assertEquals(trial.decides("a"), trial.decides("a"));
    }

    @Test
    void shouldDecideAboutNobodyWhoIsComparedOnly() {
        Trial trial = trial(0);
        assertTrue(trial.asksBoth());
        assertTrue(IntStream.range(0, 1_000).allMatch(i -> trial.decides("c" + i) == Version.IN_FORCE));
    }

    @Test
    void shouldComplainAsSoonAsTheNewVersionFails() {
        Trial trial = trial(10);
        answer(trial, Version.IN_FORCE, Outcome.FAILED, 1);
        assertNull(trial.complaint());
        answer(trial, Version.NEXT, Outcome.ACCEPTED, 9);
        answer(trial, Version.NEXT, Outcome.FAILED, 1);
        assertEquals(
                "the new version has failed 1 times (10 asked, 9 accepted, 0 refused, 0 left to others)",
                trial.complaint());
    }

    @Test
    void shouldComplainIfTheNewVersionLetsFewerIn() {
        Trial trial = trial(10);
        answer(trial, Version.IN_FORCE, Outcome.ACCEPTED, 90);
        answer(trial, Version.IN_FORCE, Outcome.REFUSED, 10);
        answer(trial, Version.NEXT, Outcome.REFUSED, 4);
        assertNull(trial.complaint(), "too few to judge");
        answer(trial, Version.NEXT, Outcome.ACCEPTED, 6);
        assertNotNull(trial.complaint(), "six of ten, where nine of ten were let in");
        answer(trial, Version.NEXT, Outcome.ACCEPTED, 8);
        assertNull(trial.complaint());
        answer(trial, Version.NEXT, Outcome.ABSTAINED, 20);
        assertNotNull(trial.complaint());
    }

    @Test
    void shouldNotMindThatItLetsMoreIn() {
        Trial trial = trial(10);
        answer(trial, Version.IN_FORCE, Outcome.REFUSED, 100);
        answer(trial, Version.NEXT, Outcome.ACCEPTED, 100);
        assertNull(trial.complaint());
    }

    @Test
    void shouldWaitForWhatIsNotAnsweredAndThenComplain() {
        Trial trial = trial(10);
        trial.asked(Version.NEXT);
        String complaint = assertThrows(SwapFailure.class, trial::watch).getMessage();
        assertEquals(
                "the new version has left 1 of 1 asked, 0 accepted, 0 refused, 0 left to others unanswered", complaint);
        trial.answered(Version.NEXT, Outcome.ACCEPTED);
        trial.watch();
    }

    @Test
    void shouldShowWhereTheVersionsDiffer() {
        Trial trial = trial(0);
        trial.differed("b\n", "accepted as 'x'", "refused");
        trial.differed("a", "refused", "failed");
        assertEquals("a was refused, would be failed\nb? was accepted as 'x', would be refused", trial.differences());
        assertTrue(trial.summary().endsWith("; they differed 2 times"), trial.summary());
        IntStream.range(0, 100).forEach(i -> trial.differed("c" + i, "refused", "failed"));
        assertEquals(20, trial.differences().lines().count());
        assertTrue(trial.summary().endsWith("; they differed 102 times"), trial.summary());
    }

    private Trial trial(int percent) {
        return new Trial(percent, 1, 20, said::add);
    }

    private static void answer(Trial trial, Version version, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            trial.asked(version);
            trial.answered(version, outcome);
        }
    }
}
