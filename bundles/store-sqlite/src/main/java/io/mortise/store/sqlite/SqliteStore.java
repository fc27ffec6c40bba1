// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
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
@Component(service = SqliteStore.class, immediate = true, configurationPid = "io.mortise.store.sqlite")
@Designate(ocd = SqliteStore.Config.class)
public final class SqliteStore {

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
    private final Writer writer;

    /** Opens the file, or makes it. */
    @Activate
    public SqliteStore(BundleContext context, Config config) throws SQLException, RefusedStore, IOException {
        this(folder(context).resolve("store"), Durability.of(config.durability()));
    }

    SqliteStore(Path folder, Durability durability) throws SQLException, RefusedStore, IOException {
        PrivateFiles.folder(folder);
        Writer.Opening opening = () -> Database.open(folder.resolve("mortise.db"), durability);
        Database database = opening.open();
        identity = database.identity();
        writer = new Writer(database, opening, durability != Durability.MEMORY);
        writer.start();
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
