// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static io.mortise.itests.swap.Part.CONSOLE;
import static io.mortise.itests.swap.Part.SWAP;

/** A way in which one version gets into the place of another. */
enum Road {
    UPDATE("Gogo's update"),
    BESIDE("beside the old"),
    STOP_START("stop, start"),
    REINSTALL("uninstall, install"),
    SWAP_COMMAND("swap"),
    ROLLBACK("rollback"),
    FOLDER("watched folder");

    private final String words;

    Road(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Whether a part can go it. */
    boolean isOpenTo(Part part) {
        return switch (this) {
            case UPDATE, STOP_START, REINSTALL -> true;
            case BESIDE -> part != CONSOLE; // there is one shell, and it ends with its console
            case SWAP_COMMAND, ROLLBACK, FOLDER -> part != SWAP; // it does not replace itself
        };
    }
}
