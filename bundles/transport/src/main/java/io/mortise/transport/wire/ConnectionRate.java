// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

/**
 * How fast a door lets connections in; those beyond are closed at once, before anything is read from them.
 *
 * @param perSecond how many a second on average; at least 1
 * @param atOnce how many at once after a quiet while; at least 1
 */
public record ConnectionRate(int perSecond, int atOnce) {

    /** What a listener has that says nothing else. */
    public static final ConnectionRate DEFAULT = new ConnectionRate(5_000, 10_000);

    /** Refuses what is out of range. */
    public ConnectionRate {
        Range.check("perSecond", 1, perSecond, 10_000_000);
        Range.check("atOnce", 1, atOnce, 10_000_000);
    }
}
