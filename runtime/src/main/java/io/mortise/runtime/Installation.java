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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the bundles of a plan into a framework. They stay in the repository and are referred to, so that a start copies
 * nothing; what the framework remembers of them is used again as long as the plan stays the same, and with it whatever an
 * operator has updated since.
 *
 * <p>When the plan is another one, of a newer distribution say, what was shipped before leaves and what is shipped now comes;
 * what the operator installed stays. Where both have a bundle of one name, the higher version does, or the shipped one if they
 * are the same. The log says all of this.
 *
 * <p>Beside the framework's storage there is a file that says what was planned when it was filled: a line with the plan's
 * checksum, and the location of each bundle. Used by the thread that starts the broker.
 */
final class Installation {
    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.runtime");

    /** Instead of a checksum, while the storage is being filled. */
    private static final String UNDER_WAY = "-";

    private final Path repository;
    private final Path marker;
    private final Plan plan;
    private final String fingerprint;
    private final Set<String> shippedBefore = new TreeSet<>();
    private boolean done;

    Installation(Path repository, Path marker, Plan plan) {
        this.repository = repository;
        this.marker = marker;
        this.plan = plan;
        this.fingerprint = Checksum.of((repository + "\n" + plan.bundles()).getBytes(StandardCharsets.UTF_8));
        try {
            List<String> lines = Files.readAllLines(marker);
            this.done = !lines.isEmpty() && lines.get(0).equals(fingerprint);
            shippedBefore.addAll(lines.subList(Math.min(1, lines.size()), lines.size()));
        } catch (IOException e) {
            this.done = false;
        }
    }

    /** Whether the storage holds this plan already, so that nothing is installed. */
    boolean isDone() {
        return done;
    }

    /** Whether the storage holds another plan, and it is known which, so that the rest can stay. */
    boolean isUpgrade() {
        return !done && !shippedBefore.isEmpty();
    }

    /** From now on the storage does not hold a plan; it is filled. */
    void begin() throws IOException {
        done = false;
        Set<String> shipped = new TreeSet<>(shippedBefore);
        plan.bundles().forEach(planned -> shipped.add(location(planned)));
        mark(UNDER_WAY, shipped);
    }

    /** The storage was lost, and with it what the operator installed. */
    void forgetWhatWasThere() {
        shippedBefore.clear();
    }

    /** Installs every bundle into {@code framework}, to be started when its start level is reached. */
    void install(Framework framework) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        Map<String, Version> versionsBefore = removeShipped(context);
        for (PlannedBundle planned : plan.bundles()) {
            if (shippedBefore.isEmpty() || !staysInItsPlace(context, planned, versionsBefore)) {
                install(context, planned);
            }
        }
        versionsBefore.forEach(
                (name, version) -> LOG.info("{} {} is not shipped any more and has left", name, version));
        mark(fingerprint, plan.bundles().stream().map(this::location).toList());
    }

    /** Puts bundles in again that are shipped and were lost with a part of the storage. */
    void mend(Framework framework) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        for (PlannedBundle planned : plan.bundles()) {
            String location = location(planned);
            boolean isThere =
                    Arrays.stream(context.getBundles()).anyMatch(bundle -> location.equals(bundle.getLocation()));
            if (!isThere && !staysInItsPlace(context, planned, new HashMap<>())) {
                LOG.info("{} is put in again", planned.path());
                install(context, planned);
            }
        }
    }

    private void install(BundleContext context, PlannedBundle planned) throws BundleException {
        Bundle bundle = context.installBundle(location(planned));
        if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0) {
            bundle.adapt(BundleStartLevel.class).setStartLevel(planned.startLevel());
            bundle.start();
        }
    }

    /** Takes out what was shipped before; answers the names and versions. */
    private Map<String, Version> removeShipped(BundleContext context) throws BundleException {
        Map<String, Version> removed = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (shippedBefore.contains(bundle.getLocation())) {
                if (bundle.getSymbolicName() != null) {
                    removed.put(bundle.getSymbolicName(), bundle.getVersion());
                }
                bundle.uninstall();
            }
        }
        return removed;
    }

    /** Whether what the operator put there has a higher version; if not, it leaves. Says what becomes of the bundle. */
    private boolean staysInItsPlace(BundleContext context, PlannedBundle planned, Map<String, Version> versionsBefore)
            throws IOException, BundleException {
        Attributes headers;
        try (JarFile jar = new JarFile(repository.resolve(planned.path()).toFile())) {
            headers = jar.getManifest().getMainAttributes();
        }
        String name =
                headers.getValue(Constants.BUNDLE_SYMBOLICNAME).split(";", 2)[0].strip();
        Version shipped = Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION));
        Version before = versionsBefore.remove(name);
        for (Bundle bundle : Arrays.stream(context.getBundles())
                .filter(other -> name.equals(other.getSymbolicName()) && isByHand(other))
                .toList()) {
            if (bundle.getVersion().compareTo(shipped) > 0) {
                LOG.info("{} {} stays, for {} is what is shipped now", name, bundle.getVersion(), shipped);
                return true;
            }
            LOG.info("{} {}, which was put in by hand, gives way to {}", name, bundle.getVersion(), shipped);
            bundle.uninstall();
        }
        if (before != null && !before.equals(shipped)) {
            LOG.info("{} {} -> {}", name, before, shipped);
        }
        return false;
    }

    /** Whether this plan brings it. */
    boolean ships(Bundle bundle) {
        return plan.bundles().stream().anyMatch(planned -> location(planned).equals(bundle.getLocation()));
    }

    private boolean isByHand(Bundle bundle) {
        return bundle.getBundleId() != 0 && !ships(bundle);
    }

    private String location(PlannedBundle planned) {
        return "reference:" + repository.resolve(planned.path()).toUri();
    }

    private void mark(String first, Collection<String> locations) throws IOException {
        Path written = marker.resolveSibling(marker.getFileName() + ".new");
        Files.writeString(written, first + "\n" + String.join("\n", locations) + "\n");
        Files.move(written, marker, StandardCopyOption.ATOMIC_MOVE);
    }
}
