// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test sets. */
final class TestClock implements InstantSource {
    volatile long millis = 1_000_000_000_000L;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }
}
