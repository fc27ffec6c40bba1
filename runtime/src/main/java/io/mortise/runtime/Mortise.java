// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.assembly.AssembleCommand;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command {@code mortise}: finds out which command is meant, and ends with one clear line and a status if it fails. */
public final class Mortise {

    static final String HELP = """
            mortise: an MQTT broker that can be taken apart and put together again while it runs

            mortise run [--conf DIR] [--data DIR] [--feature NAME ...] [--set PID:KEY=VALUE ...]
                Run the broker in the foreground until SIGTERM or Ctrl-C.
                --conf DIR              configuration files, PID.cfg each (default: conf in the distribution)
                --data DIR              everything that is written (default: data in the distribution)
                --feature NAME ...      what the broker is made of (default: full)
                --set PID:KEY=VALUE ... a configuration value, over the files
            mortise shell [--data DIR] [COMMAND ...]
                Talk to the shell of the broker that runs on DIR; with COMMAND, print its answer.
            mortise assemble [--feature NAME ...] [FILE ...]
                Resolve features (all of the distribution, those named, or FILEs to be added to it) into plans.
            mortise store verify | export FILE | import FILE [--data DIR]
                Check the store of a broker that is stopped, write it as lines of text, or read such lines into an empty one.
            mortise passwd [--password-stdin | --delete] FILE USER
                Set a user's password in a password file, or strike the user out.
            mortise scram-passwd [--password-stdin | --delete] [--iterations N] FILE USER
                The same in a file of users of SCRAM-SHA-256.
            mortise help | --help
            mortise --version

            Exit status: 0 stopped or done, 1 failed, 2 not understood, 3 an address to listen on is not to be had.
            """;

    private Mortise() {}

    public static void main(String[] arguments) {
        // Standard output belongs to what the command answers; whatever a library prints is a message.
        PrintStream out = System.out;
        System.setOut(System.err);
        int status = execute(Arrays.asList(arguments), out, System.err);
        out.flush();
        System.exit(status);
    }

    static int execute(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            return command(arguments, out, err);
        } catch (CommandFailure e) {
            e.getMessage().lines().forEach(line -> err.println("mortise: " + line));
            return e.status();
        }
    }

    private static int command(List<String> arguments, PrintStream out, PrintStream err) throws CommandFailure {
        if (arguments.isEmpty()) {
            err.print(HELP);
            return CommandFailure.USAGE;
        }
        List<String> rest = arguments.subList(1, arguments.size());
        switch (arguments.get(0)) {
            case "run" -> {
                return new RunCommand(distribution(), out).run(RunOptions.parse(rest));
            }
            case "shell" -> {
                return new ShellCommand(distribution(), out, err).run(ShellOptions.parse(rest));
            }
            case "assemble" -> {
                return new AssembleCommand(distribution(), out).run(rest);
            }
            case "help", "--help", "-h" -> {
                out.print(HELP);
                return 0;
            }
            case "--version" -> {
                out.println("mortise " + version());
                return 0;
            }
            default -> {
                return new BundleCommand(distribution(), out, err).run(arguments.get(0), rest);
            }
        }
    }

    private static Distribution distribution() throws CommandFailure {
        String home = System.getProperty("mortise.home");
        if (home == null) {
            throw CommandFailure.failed("mortise.home is not set: start with bin/mortise");
        }
        return new Distribution(Path.of(home).toAbsolutePath().normalize());
    }

    private static String version() {
        @Nullable String version = Mortise.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
