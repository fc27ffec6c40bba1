// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import ch.qos.logback.classic.LoggerContext;
import io.mortise.runtime.configuration.Configurations;
import io.mortise.runtime.configuration.LiveConfiguration;
import io.mortise.runtime.configuration.RefusedConfiguration;
import io.mortise.runtime.plan.ConfigurationDefinition;
import io.mortise.runtime.plan.Plan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code mortise run}: everything from the command line to a broker that serves, and its end. Used by the main thread, which
 * then waits for the broker to stop.
 */
final class RunCommand {

    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.runtime");

    private final Distribution distribution;
    private final PrintStream out;

    RunCommand(Distribution distribution, PrintStream out) {
        this.distribution = distribution;
        this.out = out;
    }

    /** Runs the broker until it is stopped; the exit status. */
    int run(RunOptions options) throws CommandFailure {
        SignalStop signal = new SignalStop();
        signal.install();
        try {
            run(options, signal);
            return 0;
        } catch (CommandFailure e) {
            if (signal.isAsked()) {
                LOG.debug("Asked to stop while starting", e);
                return 0;
            }
            throw e;
        } finally {
            signal.remove();
        }
    }

    private void run(RunOptions options, SignalStop signal) throws CommandFailure {
        Plan plan = distribution.plan(options.features());
        LiveConfiguration configuration = configuration(plan, options);
        LogLevels levels = new LogLevels((LoggerContext) LoggerFactory.getILoggerFactory());
        levels.apply(configuration.effective().getOrDefault(LogLevels.PID, Map.of()));
        Path path = options.data() == null ? distribution.data() : options.data();
        try (DataDirectory data = DataDirectory.open(path)) {
            System.setProperty("java.io.tmpdir", data.temporary().toString());
            LOG.info(
                    "Starting {} of {}, data in {}",
                    String.join(" and ", options.features()),
                    distribution.home(),
                    data.path());
            new RunningBroker(distribution, data, plan, configuration, levels, signal).run(out);
        } catch (IOException | BundleException e) {
            LOG.debug("Not started", e);
            throw CommandFailure.failed("cannot start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    private LiveConfiguration configuration(Plan plan, RunOptions options) throws CommandFailure {
        Path conf = options.conf();
        if (conf != null && !Files.isDirectory(conf)) {
            throw CommandFailure.usage("--conf " + conf + ": expected a folder");
        }
        Map<String, ConfigurationDefinition> definitions = new HashMap<>(plan.definitions());
        definitions.put(LogLevels.PID, LogLevels.DEFINITION);
        LiveConfiguration configuration = new LiveConfiguration(
                new Configurations(plan.configurations(), options.settings(), definitions),
                conf == null ? distribution.conf() : conf);
        try {
            configuration.read();
        } catch (RefusedConfiguration e) {
            throw CommandFailure.failed(e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the configuration files: " + e);
        }
        return configuration;
    }
}
