// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code mortise:store}: what {@link StoreTool} does, while the broker runs, with what it has at this moment. Any thread; Gogo
 * calls on the thread of a shell.
 *
 * <p>There is no import: a broker that runs has its sessions in memory, and would not know of those that came into its store.
 */
@Component(
        service = StoreCommands.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=store"})
public final class StoreCommands {
    private final SqliteStore store;

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

    /** {@code mortise:store export FILE}. */
    public String store(String verb, String file) throws IOException {
        if (!verb.equals("export")) {
            throw wrong(verb);
        }
        Transfer transfer = new Transfer(new SqliteSessionStore(store), new SqliteRetainedStore(store), progress -> {});
        StoreTool.exportTo(Path.of(file).toAbsolutePath(), transfer);
        return "exported: " + transfer.summary();
    }

    private static IllegalArgumentException wrong(String verb) {
        return new IllegalArgumentException("store " + verb
                + ": expected verify or export FILE; import works while the broker is stopped, with bin/mortise store");
    }
}
