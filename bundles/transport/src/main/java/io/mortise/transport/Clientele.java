// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections that came in by one listener, whatever doors it has had. Any thread. */
final class Clientele {
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final AtomicInteger size = new AtomicInteger();

    /** Takes one in, unless there are this many already. */
    boolean add(Entry entry, int atMost) {
        if (size.incrementAndGet() > atMost) {
            size.decrementAndGet();
            return false;
        }
        entries.add(entry);
        return true;
    }

    void remove(Entry entry) {
        if (entries.remove(entry)) {
            size.decrementAndGet();
        }
    }

    int size() {
        return size.get();
    }

    /** Lets everyone go. */
    void dismiss() {
        entries.forEach(Entry::dismiss);
    }
}
