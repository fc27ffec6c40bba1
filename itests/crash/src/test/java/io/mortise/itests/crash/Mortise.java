// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The assembled distribution as the program starts it. */
final class Mortise {

    private static final String HOME = System.getProperty("mortise.home");
    private static final String START = " run --data {data} --set io.mortise.listener.tcp~default:port={port}"
            + " --set io.mortise.listener.websocket~default:port={spare} --feature ";

    private Mortise() {}

    /** What a feature consists of. */
    static String plan(String feature) throws IOException {
        return Files.readString(Path.of(HOME, "plans", feature + ".plan"));
    }

    static String command(String feature) {
        return HOME + "/bin/mortise" + START + feature;
    }
}
