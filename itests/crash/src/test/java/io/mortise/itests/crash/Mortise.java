// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

/** The assembled distribution as the program starts it. */
final class Mortise {

    private static final String START =
            " run --data {data} --set io.mortise.listener.tcp~default:port={port} --feature ";

    private Mortise() {}

    static String command(String feature) {
        return System.getProperty("mortise.home") + "/bin/mortise" + START + feature;
    }
}
