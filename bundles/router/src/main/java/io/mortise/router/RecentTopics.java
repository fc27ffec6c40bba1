// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Topic;
import java.util.Arrays;

/**
 * Which topics were looked for lately: a match is worth keeping when its topic comes again.
 *
 * <p>Any thread, without any order between them: what a race loses is a topic that is kept one message later. The same
 * goes for a topic that is taken for another one, once in sixteen times on average: it is kept one message early. Where there
 * are more topics than a cache can hold, and each is published to in turn, this saves the work of keeping them in vain.
 */
final class RecentTopics {
    private static final int BITS = 17;
    private static final int MOST = 1 << BITS - 3;

    private final long[] marks = new long[1 << BITS - 6];
    private int count;

    /** Whether this topic was asked about lately; from now on it was. */
    boolean comesAgain(Topic topic) {
        int bit = topic.hashCode() * 0x9E3779B9 >>> 32 - BITS; // spreads names that differ in a digit
        int index = bit >>> 6;
        long mark = 1L << bit;
        if ((marks[index] & mark) != 0) {
            return true;
        }
        if (++count > MOST) {
            Arrays.fill(marks, 0);
            count = 1;
        }
        marks[index] |= mark;
        return false;
    }
}
