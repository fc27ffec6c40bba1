// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Options;
import java.io.IOException;
import java.util.List;

/**
 * The command line.
 *
 * <p>Results go to the standard output as Markdown, everything else to the standard error. Exits with 1 when the broker broke a promise or could
 * not be run, with 2 when the command line was wrong, and with 3 when this machine does not allow what was asked for.
 */
public final class Crash {

    private static final String USAGE = """
            crash kill --broker NAME=COMMAND   kills the broker (SIGKILL) again and again
            crash stop --broker NAME=COMMAND   asks it to end (SIGTERM), and starts it again
            crash cut  --broker NAME=COMMAND   cuts the power of its disk; needs root, loop devices and xfs_io
            crash fill --broker NAME=COMMAND   fills its disk; needs root and loop devices
            crash rest --broker NAME=COMMAND   does nothing to it, and nothing with it, and sees what it writes

            all:             [--seed 1] [--rate 1000] [--keep false]
            kill, stop, cut: [--count 20] [--a-round 10] [--shortest-millis 20] [--longest-millis 600]
            cut, fill:       [--disk-mebibytes 256, fill 48]
            fill:            [--count 4]
            rest:            [--seconds 60]
            COMMAND is a line for sh; in it {port} is the port to listen on, {spare} another free port,
            {data} the directory for its data, {durable-conf} a Mosquitto configuration that says the same.
            """;

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final int NOT_POSSIBLE = 3;

    private Crash() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        try {
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException("a command expected");
            }
            Trial trial = Trial.of(arguments.get(0), new Options(arguments.subList(1, arguments.size())));
            Trial.Outcome outcome = trial.run();
            System.out.println(outcome.table());
            outcome.words().forEach(System.err::println);
            return outcome.words().isEmpty() ? OK : FAILED;
        } catch (IllegalArgumentException e) {
            System.err.println("crash: " + e.getMessage() + "\n\n" + USAGE);
            return WRONG_USE;
        } catch (Disk.Unavailable e) {
            System.err.println("crash: skipped, " + e.getMessage());
            return NOT_POSSIBLE;
        } catch (IOException e) {
            System.err.println("\ncrash: " + e.getMessage());
            return FAILED;
        }
    }
}
