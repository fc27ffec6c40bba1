// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The command {@code mortise passwd}: edits a password file. Used by the main thread. */
public final class Passwd implements ToolProvider {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int LONGEST_BYTES = 65_535;

    private static final String HELP = "usage: mortise passwd [--password-stdin | --delete] FILE USER";

    private final InputStream in;
    private final @Nullable Console console;

    /** A command that asks whoever started this process. */
    public Passwd() {
        this(System.in, System.console());
    }

    Passwd(InputStream in, @Nullable Console console) {
        this.in = in;
        this.console = console;
    }

    @Override
    public String name() {
        return "passwd";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        boolean fromInput = false;
        boolean delete = false;
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            switch (argument) {
                case "--password-stdin" -> fromInput = true;
                case "--delete" -> delete = true;
                case "--help" -> {
                    out.println(HELP);
                    return 0;
                }
                default -> words.add(argument);
            }
        }
        if (words.size() != 2 || fromInput && delete || words.get(0).startsWith("--")) {
            err.println(HELP);
            return USAGE;
        }
        try {
            return edit(Path.of(words.get(0)), words.get(1), fromInput, delete, out);
        } catch (BrokenFile broken) {
            err.println("mortise: " + words.get(0) + ": " + broken.getMessage());
        } catch (IOException failure) {
            err.println("mortise: " + words.get(0) + ": " + failure.getMessage());
        } catch (IllegalArgumentException wrong) {
            err.println("mortise: " + wrong.getMessage());
        }
        return FAILED;
    }

    private int edit(Path path, String name, boolean fromInput, boolean delete, PrintWriter out)
            throws IOException, BrokenFile {
        Users.checkName(name);
        PasswordFile file = PasswordFile.open(path);
        if (delete) {
            if (!file.delete(name)) {
                throw new IllegalArgumentException("there is no user " + name + " in " + path);
            }
            file.save();
            out.println(name + " struck from " + path);
            return 0;
        }
        file.set(name, PasswordHash.of(fromInput ? fromInput() : asked(name)));
        file.save();
        out.println(name + " set in " + path + (file.isNew() ? ", which is new" : ""));
        return 0;
    }

    private String asked(String name) {
        if (console == null) {
            throw new IllegalArgumentException(
                    "there is no terminal to ask for the password: expected --password-stdin");
        }
        char[] first = console.readPassword("Password of %s: ", name);
        char[] again = console.readPassword("Again: ");
        if (first == null || again == null || !Arrays.equals(first, again)) {
            throw new IllegalArgumentException("expected the same password twice; nothing is changed");
        }
        return checked(new String(first));
    }

    private String fromInput() throws IOException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("expected a password in UTF-8", notUtf8);
        }
        return checked(
                text.endsWith("\r\n")
                        ? text.substring(0, text.length() - 2)
                        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    private static String checked(String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("expected a password, got none");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
            throw new IllegalArgumentException("a password has at most " + LONGEST_BYTES + " bytes");
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("expected a password of one line, without control characters");
        }
        return password;
    }
}
