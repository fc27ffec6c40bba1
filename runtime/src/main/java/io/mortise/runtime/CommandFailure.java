// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

/** Ends the command: a message for a person, one line a problem, and the exit status that goes with it. Any thread. */
public final class CommandFailure extends Exception {

    /** The command could not do what it was asked. */
    public static final int FAILED = 1;

    /** The command was not understood. */
    public static final int USAGE = 2;

    /** An address to listen on is not to be had. */
    public static final int ADDRESS = 3;

    private static final long serialVersionUID = 1L;

    private final int status;

    private CommandFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message);
    }

    public static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message);
    }

    public static CommandFailure address(String message) {
        return new CommandFailure(ADDRESS, message);
    }

    /** What the process exits with. */
    public int status() {
        return status;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
