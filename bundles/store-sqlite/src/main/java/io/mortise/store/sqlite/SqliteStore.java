// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.health.Health;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The file that sessions and retained messages are kept in, and the thread that writes it.
 *
 * <p>Any thread. It is in the data folder, which one broker has for itself. Two of these may be there at a time while one takes
 * the place of the other: the new one learns what is in the file when it is used first.
 */
@Component(
        service = {SqliteStore.class, Health.class},
        immediate = true,
        configurationPid = "io.mortise.store.sqlite")
@Designate(ocd = SqliteStore.Config.class)
public final class SqliteStore implements Health {

    /** What an operator may set; a change closes the file and opens it again, which clients notice as a pause. */
    @ObjectClassDefinition(
            name = "SQLite store",
            description = "Keeps sessions and retained messages in store/mortise.db in the data folder")
    public @interface Config {

        @AttributeDefinition(
                description =
                        "What an acknowledged message survives: disk for the loss of power, process for the end of the"
                                + " process, memory for an orderly stop only",
                options = {
                    @Option(label = "disk", value = "disk"),
                    @Option(label = "process", value = "process"),
                    @Option(label = "memory", value = "memory")
                })
        String durability() default "disk";
    }

    private final String identity;
    private final @Nullable String loss;
    private final Writer writer;

    /** Opens the file, or makes it. */
    @Activate
    public SqliteStore(BundleContext context, Config config) throws SQLException, RefusedStore, IOException {
        this(folder(context).resolve("store"), Durability.of(config.durability()));
    }

    SqliteStore(Path folder, Durability durability) throws SQLException, RefusedStore, IOException {
        PrivateFiles.folder(folder);
        StoreFile file = new StoreFile(folder, durability);
        Database database = file.openOrSetAside();
        loss = file.loss();
        identity = database.identity();
        writer = new Writer(database, file::open, durability != Durability.MEMORY);
        writer.start();
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public Status status() {
        String trouble = writer.trouble();
        if (trouble != null) {
            return new Status(Level.DOWN, "it cannot be written, and nothing new is acknowledged: " + trouble);
        }
        return loss == null ? Status.UP : new Status(Level.DEGRADED, loss);
    }

    /** Writes what was handed over. */
    @Deactivate
    void close() {
        writer.close();
    }

    String identity() {
        return identity;
    }

    Writer writer() {
        return writer;
    }

    private static Path folder(BundleContext context) {
        String data = context.getProperty("mortise.data");
        if (data != null) {
            return Path.of(data);
        }
        File own = context.getDataFile("");
        if (own == null) {
            throw new IllegalStateException("mortise.data names no folder, and the framework has none");
        }
        return own.toPath();
    }
}
