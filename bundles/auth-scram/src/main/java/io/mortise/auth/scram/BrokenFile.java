// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

/** A file of users that does not say what it should: nothing of it is taken over. Its message is for the operator. */
final class BrokenFile extends Exception {
    private static final long serialVersionUID = 1;

    BrokenFile(String reason) {
        super(reason);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
