// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

/** A file that is not damaged, and still not for this bundle to write to. */
final class RefusedStore extends Exception {
    private static final long serialVersionUID = 1;

    RefusedStore(String why) {
        super(why);
    }
}
