// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code mortise scram-passwd}: edits a file of users. Used by the main thread.
 *
 * <p>The file is replaced as a whole and everything else in it stays as it is, comments too.
 */
public final class ScramPasswd implements ToolProvider {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final String HELP =
            "usage: mortise scram-passwd [--password-stdin | --delete] [--iterations N] FILE USER";

    private final InputStream in;
    private final @Nullable Console console;

    /** A command that asks whoever started this process. */
    public ScramPasswd() {
        this(System.in, System.console());
    }

    ScramPasswd(InputStream in, @Nullable Console console) {
        this.in = in;
        this.console = console;
    }

    /** What was asked for. */
    private record Order(boolean fromInput, boolean delete, int iterations, Path file, String user) {

        static @Nullable Order of(String[] arguments) {
            boolean fromInput = false;
            boolean delete = false;
            int iterations = Verifier.ITERATIONS;
            List<String> words = new ArrayList<>();
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--password-stdin" -> fromInput = true;
                    case "--delete" -> delete = true;
                    case "--iterations" -> iterations = ++i < arguments.length ? number(arguments[i]) : 0;
                    default -> words.add(arguments[i]);
                }
            }
            boolean understood =
                    words.size() == 2 && !(fromInput && delete) && !words.get(0).startsWith("--");
            return understood ? new Order(fromInput, delete, iterations, Path.of(words.get(0)), words.get(1)) : null;
        }

        private static int number(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException none) {
                return 0;
            }
        }
    }

    @Override
    public String name() {
        return "scram-passwd";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        if (Arrays.equals(arguments, new String[] {"--help"})) {
            out.println(HELP);
            return 0;
        }
        Order order = Order.of(arguments);
        if (order == null) {
            err.println(HELP);
            return USAGE;
        }
        try {
            out.println(carryOut(order));
            return 0;
        } catch (BrokenFile | IOException failure) {
            err.println("mortise: " + order.file + ": " + failure.getMessage());
        } catch (IllegalArgumentException wrong) {
            err.println("mortise: " + wrong.getMessage());
        }
        return FAILED;
    }

    private String carryOut(Order order) throws IOException, BrokenFile {
        ScramUsers.checkName(order.user);
        if (order.iterations < Verifier.FEWEST_ITERATIONS) {
            throw new IllegalArgumentException("expected " + Verifier.FEWEST_ITERATIONS
                    + " iterations or more after --iterations: some clients do not accept fewer");
        }
        boolean isNew = !Files.exists(order.file);
        Path file = isNew ? order.file : order.file.toRealPath(); // a link stays one
        List<String> lines = new ArrayList<>();
        if (!isNew && Files.size(file) > 0) {
            ScramUsers.parse(Files.readAllBytes(file));
            lines.addAll(Files.readAllLines(file));
        }
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith(order.user + ":")) {
            at++;
        }
        if (order.delete) {
            if (at == lines.size()) {
                throw new IllegalArgumentException("there is no user " + order.user + " in " + order.file);
            }
            lines.remove(at);
            save(file, isNew, lines);
            return order.user + " struck from " + order.file;
        }
        String password = SaslPrep.prepare(order.fromInput ? fromInput() : asked(order.user));
        if (password.isEmpty()) {
            throw new IllegalArgumentException("expected a password, got none");
        }
        String line = order.user + ":" + Verifier.of(password, order.iterations);
        if (at == lines.size()) {
            lines.add(line);
        } else {
            lines.set(at, line);
        }
        save(file, isNew, lines);
        return order.user + " set in " + order.file + (isNew ? ", which is new" : "");
    }

    private String asked(String user) {
        if (console == null) {
            throw new IllegalArgumentException(
                    "there is no terminal to ask for the password: expected --password-stdin");
        }
        char[] first = console.readPassword("Password of %s: ", user);
        char[] again = console.readPassword("Again: ");
        if (first == null || again == null || !Arrays.equals(first, again)) {
            throw new IllegalArgumentException("expected the same password twice; nothing is changed");
        }
        return new String(first);
    }

    private String fromInput() throws IOException {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /** A broker that reads it at this moment sees the old one or the new one. Who may read the old one may read the new one. */
    private static void save(Path file, boolean isNew, List<String> lines) throws IOException {
        if (lines.isEmpty()) {
            lines.add("# no users");
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException busy) {
            throw new IOException(next + " is there: somebody else writes it, or did not come to an end", busy);
        }
        try {
            if (!isNew) {
                if (!Files.getOwner(file).equals(Files.getOwner(next))) {
                    Files.setOwner(next, Files.getOwner(file));
                }
                Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
            }
            Files.write(next, lines, StandardCharsets.UTF_8, StandardOpenOption.SYNC);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            Files.deleteIfExists(next);
            throw failure;
        }
    }
}
