// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * {@code mortise shell}: hands command lines to the shell of a running broker, and prints what it answers. Used by the main
 * thread.
 */
final class ShellCommand {

    private static final String PROMPT = "mortise> ";

    private final Distribution distribution;
    private final PrintStream out;
    private final PrintStream err;

    ShellCommand(Distribution distribution, PrintStream out, PrintStream err) {
        this.distribution = distribution;
        this.out = out;
        this.err = err;
    }

    /** Executes one command, or all that standard input has; the exit status is that of the last one. */
    int run(ShellOptions options) throws CommandFailure {
        Path data = options.data() == null ? distribution.data() : options.data();
        try (SocketChannel socket = connect(DataDirectory.shellSocket(data))) {
            ShellConnection connection = new ShellConnection(socket, out, err);
            return options.command() == null ? converse(connection) : connection.execute(options.command());
        } catch (IOException e) {
            throw CommandFailure.failed("the broker has gone (" + e.getMessage() + ")");
        }
    }

    private int converse(ShellConnection connection) throws IOException {
        boolean prompts = System.console() != null;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        int status = 0;
        while (true) {
            if (prompts) {
                out.print(PROMPT);
                out.flush();
            }
            String line = lines.readLine();
            if (line == null || line.strip().equals("exit")) {
                return status;
            }
            if (!line.isBlank()) {
                status = connection.execute(line);
            }
        }
    }

    private static SocketChannel connect(Path path) throws CommandFailure {
        try {
            SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                socket.connect(UnixDomainSocketAddress.of(path));
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw CommandFailure.failed("no shell at " + path + ": expected a broker that runs with this --data and has"
                    + " a console (the feature minimal has none)");
        }
    }
}
