// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.configuration.LiveConfiguration;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks twice a second whether configuration files have changed, on a thread of its own, until it is closed. */
final class ConfigurationWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.configuration");
    private static final long PERIOD_MILLIS = 500;

    private final LiveConfiguration configuration;
    private final ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> admins;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread it = new Thread(work, "mortise-configuration");
        it.setDaemon(true);
        return it;
    });

    ConfigurationWatch(LiveConfiguration configuration, ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> admins) {
        this.configuration = configuration;
        this.admins = admins;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void look() {
        ConfigurationAdmin admin = admins.getService();
        if (admin == null) {
            // It is being updated; the changes wait for it.
            return;
        }
        try {
            configuration.applyChanges(admin);
        } catch (IOException | RuntimeException e) {
            LOG.error("The configuration files could not be looked at", e);
        }
    }
}
