// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.configuration.Configurations;
import io.mortise.runtime.configuration.LiveConfiguration;
import io.mortise.runtime.plan.Plan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ManagedService;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A framework with the bundles of a plan in it, from its first start level to its stop. Used by the main thread.
 *
 * <pre>
 * install, verify → start level 1: SCR, Config Admin → configuration → the other start levels → ready → stop
 * </pre>
 */
final class RunningBroker {

    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.runtime");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What listeners are configured by begins like this. */
    private static final String LISTENER_PID = "io.mortise.listener.";

    /** Where a bundle that is installed later starts: beside the providers, after the platform. */
    private static final int LATER_START_LEVEL = 3;

    private final Distribution distribution;
    private final DataDirectory data;
    private final Plan plan;
    private final LiveConfiguration configuration;
    private final LogLevels levels;
    private final SignalStop signal;

    RunningBroker(
            Distribution distribution,
            DataDirectory data,
            Plan plan,
            LiveConfiguration configuration,
            LogLevels levels,
            SignalStop signal) {
        this.distribution = distribution;
        this.data = data;
        this.plan = plan;
        this.configuration = configuration;
        this.levels = levels;
        this.signal = signal;
    }

    /** Starts the broker, says so on {@code out} when it serves, and returns when it has stopped. */
    void run(PrintStream out) throws CommandFailure, IOException, BundleException, InterruptedException {
        Installation installation = new Installation(distribution.repository(), data.installedPlan(), plan);
        Verification verification = new Verification(distribution.repository(), plan);
        Framework framework = initialized(installation, verification);
        try {
            // Nothing of a bundle has been executed so far, only its manifest was read.
            verification.await();
            if (!installation.isDone()) {
                refuseIfUnresolved(framework, installation);
                new Unresolved(framework)
                        .lines(bundle -> !installation.ships(bundle))
                        .forEach(line -> LOG.warn("Put in by hand, and does not run: {}", line));
            }
            start(framework, installation, out);
        } finally {
            SignalStop.stop(framework);
        }
    }

    private Framework initialized(Installation installation, Verification verification)
            throws CommandFailure, IOException, BundleException, InterruptedException {
        if (installation.isDone() || installation.isUpgrade()) {
            Framework framework = framework(false);
            try {
                boolean torn = data.isFrameworkTorn();
                framework.init();
                if (installation.isDone()) {
                    if (torn) {
                        LOG.warn("What the framework remembers of some bundles is damaged, as after a power cut");
                        installation.mend(framework);
                    }
                    return framework;
                }
                LOG.info("The bundles that are shipped are others than before: they are exchanged, others stay");
                return installed(framework, installation, verification);
            } catch (BundleException e) {
                LOG.warn("The framework's storage cannot be used again and is made anew", e);
                SignalStop.stop(framework);
                installation.forgetWhatWasThere();
            }
        }
        Framework framework = framework(true);
        framework.init();
        return installed(framework, installation, verification);
    }

    private static Framework installed(Framework framework, Installation installation, Verification verification)
            throws CommandFailure, IOException, BundleException, InterruptedException {
        installation.begin();
        try {
            installation.install(framework);
        } catch (BundleException | IOException e) {
            // A file that is damaged or gone has a better explanation.
            verification.await();
            throw e;
        }
        return framework;
    }

    private Framework framework(boolean clean) {
        Framework framework = EmbeddedFramework.create(Map.of(
                Constants.FRAMEWORK_STORAGE,
                data.framework().toString(),
                Constants.FRAMEWORK_STORAGE_CLEAN,
                clean ? Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT : "none",
                "felix.cm.dir",
                data.configurations().toString(),
                "mortise.home",
                distribution.home().toString(),
                "mortise.conf",
                configuration.directory().toAbsolutePath().toString(),
                "mortise.data",
                data.path().toString()));
        signal.guard(framework);
        return framework;
    }

    private void start(Framework framework, Installation installation, PrintStream out)
            throws CommandFailure, IOException, BundleException, InterruptedException {
        BundleContext context = framework.getBundleContext();
        context.registerService(
                ManagedService.class, levels, new Hashtable<>(Map.of(Constants.SERVICE_PID, LogLevels.PID)));
        var admins =
                new ServiceTracker<ConfigurationAdmin, ConfigurationAdmin>(context, ConfigurationAdmin.class, null);
        admins.open();
        framework.start();
        configure(admins.getService());
        try (Readiness readiness = new Readiness(context, listeners())) {
            raiseStartLevel(framework);
            Readiness.State state = readiness.await(Duration.ZERO);
            if (!state.isDecided()) {
                refuseIfUnresolved(framework, installation);
                state = readiness.await(PATIENCE);
            }
            refuseIfNotReady(state, configuration.directory());
            LOG.info("Ready");
            out.println(String.join(" ", "mortise ready", String.join(" ", state.addresses()))
                    .strip());
            out.flush();
        }
        try (ConfigurationWatch watch = new ConfigurationWatch(configuration, admins)) {
            watch.start();
            framework.waitForStop(0);
        }
    }

    private void configure(@Nullable ConfigurationAdmin admin) throws CommandFailure, IOException {
        if (admin != null) {
            configuration.applyAll(admin);
        } else if (!configuration.effective().isEmpty()) {
            throw CommandFailure.failed("there is no Config Admin at start level 1 to give the configuration to");
        }
    }

    private void raiseStartLevel(Framework framework) throws InterruptedException {
        FrameworkStartLevel startLevel = framework.adapt(FrameworkStartLevel.class);
        startLevel.setInitialBundleStartLevel(LATER_START_LEVEL);
        CountDownLatch reached = new CountDownLatch(1);
        startLevel.setStartLevel(plan.highestStartLevel(), event -> {
            if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                reached.countDown();
            }
        });
        // A bundle that does not come back from its start is found out by what is missing then.
        if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("Start level {} is not reached after {}", plan.highestStartLevel(), PATIENCE);
        }
    }

    /** The configurations that each have to make a listener: those whose bundle is there. */
    private Set<String> listeners() {
        return configuration.effective().keySet().stream()
                .filter(pid -> pid.startsWith(LISTENER_PID))
                .filter(pid -> plan.definitions().containsKey(Configurations.factoryPid(pid)))
                .collect(Collectors.toSet());
    }

    /** What an operator put in cannot keep the broker from starting; it could not be taken out then. */
    private static void refuseIfUnresolved(Framework framework, Installation installation) throws CommandFailure {
        List<String> unresolved = new Unresolved(framework).lines(installation::ships);
        if (!unresolved.isEmpty()) {
            throw CommandFailure.failed(String.join("\n", unresolved));
        }
    }

    private static void refuseIfNotReady(Readiness.State state, Path conf) throws CommandFailure {
        if (!state.failures().isEmpty()) {
            throw CommandFailure.address(state.failures().entrySet().stream()
                    .map(failure -> "cannot listen: " + failure.getValue() + " (" + failure.getKey()
                            + "; change it in " + conf.resolve(failure.getKey() + ".cfg") + " or with --set "
                            + failure.getKey()
                            + ":port=NUMBER)")
                    .collect(Collectors.joining("\n")));
        }
        if (!state.missing().isEmpty()) {
            throw CommandFailure.failed(
                    "not ready after " + PATIENCE.toSeconds() + " s: " + String.join("; ", state.missing()));
        }
    }
}
