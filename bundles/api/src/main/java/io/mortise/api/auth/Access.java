// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.Locale;

/** What a rule says about its topics. Immutable; any thread. */
public enum Access {
    /** To receive from them, and to subscribe to them. */
    READ,
    /** To publish to them. */
    WRITE,
    /** Both. */
    READWRITE,
    /** Neither, whatever else is allowed. */
    DENY;

    /**
     * The one with this name, in lower case.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Access of(String name) {
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

    /** Its name in lower case, as it is written in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
