// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

/** What was read from the store cannot have been written by it. */
final class Damaged extends RuntimeException {
    private static final long serialVersionUID = 1;

    Damaged(String what) {
        super(what);
    }

    Damaged(String what, RuntimeException cause) {
        super(what, cause);
    }
}
