// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.connection.BrokerAdmin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * {@code mortise:store}: what {@link StoreTool} does, while the broker runs, with what it has at this moment. Any thread; Gogo
 * calls on the thread of a shell.
 *
 * <p>An import is checked as a whole before anything changes. Then the broker holds for as long as it takes to read it, and takes
 * up what came. Sessions and retained messages that it has already stay as they are.
 */
@Component(
        service = StoreCommands.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=store"})
public final class StoreCommands {
    private final SqliteStore store;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable BrokerAdmin broker;

    @Activate
    public StoreCommands(@Reference SqliteStore store) {
        this.store = store;
    }

    /** {@code mortise:store verify}. */
    public String store(String verb) {
        if (!verb.equals("verify")) {
            throw wrong(verb);
        }
        return store.writer()
                .ask((database, numbers) -> {
                    Verification verification = new Verification(database, progress -> {});
                    List<String> problems = verification.run();
                    return problems.isEmpty()
                            ? "whole: " + verification.rows() + " rows"
                            : String.join("\n", problems) + "\n" + problems.size() + " problems";
                })
                .join();
    }

    /** {@code mortise:store export FILE} and {@code mortise:store import FILE}. */
    public String store(String verb, String file) throws IOException {
        Path path = Path.of(file).toAbsolutePath();
        // Gogo hands what a command prints to the shell that asked
        Transfer transfer =
                new Transfer(new SqliteSessionStore(store), new SqliteRetainedStore(store), System.out::println);
        switch (verb) {
            case "export" -> StoreTool.exportTo(path, transfer);
            case "import" -> importFrom(path, transfer);
            default -> throw wrong(verb);
        }
        return verb + "ed: " + transfer.summary();
    }

    private void importFrom(Path file, Transfer transfer) throws IOException {
        BrokerAdmin running = broker;
        if (running == null) {
            throw new IllegalStateException("store import: the broker's engine is away: expected it to run");
        }
        try (BufferedReader in = Files.newBufferedReader(file)) {
            transfer.check(in);
        }
        try {
            running.changeStores(clients -> {
                transfer.keepWhatIsHere(clients);
                try (BufferedReader in = Files.newBufferedReader(file)) {
                    transfer.importFrom(in);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static IllegalArgumentException wrong(String verb) {
        return new IllegalArgumentException("store " + verb + ": expected verify, export FILE or import FILE");
    }
}
