// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Brings the bundles of a plan into a framework. They stay in the repository and are referred to, so that a start copies
 * nothing; what the framework remembers of them is used again as long as the plan stays the same, and with it whatever an
 * operator has updated since. Used by the thread that starts the broker.
 */
final class Installation {

    private final Path repository;
    private final Path marker;
    private final Plan plan;
    private final String fingerprint;
    private boolean done;

    Installation(Path repository, Path marker, Plan plan) {
        this.repository = repository;
        this.marker = marker;
        this.plan = plan;
        this.fingerprint = Checksum.of((repository + "\n" + plan.bundles()).getBytes(StandardCharsets.UTF_8));
        this.done = isMarked();
    }

    /** Whether the storage holds this plan already, so that nothing is installed. */
    boolean isDone() {
        return done;
    }

    private boolean isMarked() {
        try {
            return Files.readString(marker).equals(fingerprint);
        } catch (IOException e) {
            return false;
        }
    }

    /** Forgets that the storage holds a plan; it does not while it is filled. */
    void begin() throws IOException {
        done = false;
        Files.deleteIfExists(marker);
    }

    /** Installs every bundle into {@code framework}, to be started when its start level is reached. */
    void install(Framework framework) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        for (PlannedBundle planned : plan.bundles()) {
            Bundle bundle = context.installBundle(
                    "reference:" + repository.resolve(planned.path()).toUri());
            if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0) {
                bundle.adapt(BundleStartLevel.class).setStartLevel(planned.startLevel());
                bundle.start();
            }
        }
        Path written = marker.resolveSibling(marker.getFileName() + ".new");
        Files.writeString(written, fingerprint);
        Files.move(written, marker, StandardCopyOption.ATOMIC_MOVE);
    }
}
