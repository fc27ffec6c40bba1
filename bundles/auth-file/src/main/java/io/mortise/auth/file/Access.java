// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.util.Locale;

/** What a rule says about its topics; in a file the names are lower case. */
enum Access {
    READ,
    WRITE,
    READWRITE,
    DENY;

    /**
     * The one with this name.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Access of(String name) {
        for (Access access : values()) {
            if (access.toString().equals(name)) {
                return access;
            }
        }
        throw new IllegalArgumentException(
                "expected read, write, readwrite or deny before the topic, got '" + name + "'");
    }

    boolean reads() {
        return this == READ || this == READWRITE;
    }

    boolean writes() {
        return this == WRITE || this == READWRITE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
