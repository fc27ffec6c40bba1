// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.util.Locale;

/** What an acknowledged message survives. */
enum Durability {
    /** The power cord: it is on the device before it is acknowledged. */
    DISK,
    /** The end of the process, however it ends: the operating system has it. */
    PROCESS,
    /** Nothing but an orderly end: it is written soon after. */
    MEMORY;

    /**
     * The level of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Durability of(String name) {
        for (Durability level : values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                return level;
            }
        }
        throw new IllegalArgumentException("durability is " + name + ": expected disk, process or memory");
    }

    /** The value of SQLite's {@code synchronous}, with a write-ahead log. */
    String synchronous() {
        return this == DISK ? "FULL" : "NORMAL";
    }
}
