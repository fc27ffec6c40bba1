// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the framework cleanly when the process is asked to end, by SIGTERM or Ctrl-C, and ends it with status 0; a Java
 * virtual machine alone would end with 143. Its thread is the shutdown hook; the rest is called by the thread that runs
 * the broker.
 */
final class SignalStop {

    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.runtime");
    private static final long STOP_MILLIS = 30_000;

    /** Set for {@code mvn -Prun}: Maven leaves a child behind when it is asked to end. */
    private static final String ENDS_WITH_PARENT = "MORTISE_ENDS_WITH_PARENT";

    private final AtomicReference<@Nullable Framework> framework = new AtomicReference<>();
    private final Thread hook = new Thread(this::stopAndHalt, "mortise-stop");
    private volatile boolean asked;

    void install() {
        Runtime.getRuntime().addShutdownHook(hook);
        if (Boolean.parseBoolean(System.getenv(ENDS_WITH_PARENT))) {
            ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
        }
    }

    /** From here on there is something to stop. */
    void guard(Framework framework) {
        this.framework.set(framework);
    }

    /** Whether the process has been asked to end; whatever fails after that fails because of it. */
    boolean isAsked() {
        return asked;
    }

    /** The broker ends by itself, with a status of its own. */
    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("The process is ending already", e);
        }
    }

    /** Stops {@code framework} and waits until it has stopped; {@code false} if that takes too long. */
    static boolean stop(Framework framework) {
        try {
            framework.stop();
            return framework.waitForStop(STOP_MILLIS).getType() != FrameworkEvent.WAIT_TIMEDOUT;
        } catch (BundleException e) {
            LOG.error("The framework does not stop", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void stopAndHalt() {
        asked = true;
        Framework running = framework.get();
        boolean stopped = true;
        if (running != null) {
            LOG.info("Stopping");
            stopped = stop(running);
            LOG.info(stopped ? "Stopped" : "Not stopped within {} s, ending anyway", STOP_MILLIS / 1000);
        }
        Runtime.getRuntime().halt(stopped ? 0 : CommandFailure.FAILED);
    }
}
