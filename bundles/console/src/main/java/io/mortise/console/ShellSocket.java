// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandProcessor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from outside into the shell of this process: a socket file in the data directory that only its owner can open.
 *
 * <p>Without a shell a broker still serves its clients: when the socket cannot be opened, the log says why, and that is
 * all.
 */
@Component(service = {})
public final class ShellSocket {
    /** The framework property that names the data directory. */
    static final String DATA = "mortise.data";

    private static final Logger LOG = LoggerFactory.getLogger(ShellSocket.class);

    private final @Nullable ShellServer server;

    @Activate
    public ShellSocket(BundleContext context, @Reference CommandProcessor processor) {
        server = open(context.getProperty(DATA), processor);
    }

    @Deactivate
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private static @Nullable ShellServer open(@Nullable String data, CommandProcessor processor) {
        if (data == null) {
            LOG.info("no shell socket: the framework property {} is not set", DATA);
            return null;
        }
        try {
            SocketFile file = SocketFile.bind(Path.of(data));
            LOG.info("shell on {}", file.path());
            return ShellServer.start(file, processor);
        } catch (IOException | InvalidPathException failure) {
            LOG.error("no shell socket in {}: {}", data, failure.getMessage());
            return null;
        }
    }
}
