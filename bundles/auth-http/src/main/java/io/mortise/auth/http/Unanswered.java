// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

/** The service has not answered, or not as expected; the message is for the operator. */
final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean busy;

    private Unanswered(String reason, boolean busy) {
        super(reason, null, false, false); // it comes often when it comes: where from is of no use
        this.busy = busy;
    }

    static Unanswered because(String reason) {
        return new Unanswered(reason, false);
    }

    /** It was not asked, because enough questions are under way. */
    static Unanswered tooMany(int questions) {
        return new Unanswered(questions + " questions are under way already", true);
    }

    boolean isBusy() {
        return busy;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
