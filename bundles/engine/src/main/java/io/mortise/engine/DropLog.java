// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.engine.Counters.Drop;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that messages for one client are dropped: once, and once an interval while it goes on. Used in its session's mailbox. */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String clientId;
    private boolean silent;
    private long lastNanos;
    private long since;

    DropLog(String clientId) {
        this.clientId = clientId;
    }

    void dropped(long messages, Drop why, long nowNanos) {
        since += messages;
        if (silent && nowNanos - lastNanos < INTERVAL_NANOS) {
            return;
        }
        LOG.warn(
                "{} for {} dropped ({}); the next line about it comes in a minute at the earliest",
                since == 1 ? "A message" : since + " messages",
                Printable.text(clientId),
                why);
        silent = true;
        lastNanos = nowNanos;
        since = 0;
    }
}
