// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

/** A file that does not say what it should: nothing of it is taken over. Its message is for the operator. */
final class BrokenFile extends Exception {
    private static final long serialVersionUID = 1;

    /** The whole file is wrong. */
    BrokenFile(String reason) {
        super(reason);
    }

    /** One line is wrong, counted from 1. */
    BrokenFile(int line, String reason) {
        super("line " + line + ": " + reason);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
