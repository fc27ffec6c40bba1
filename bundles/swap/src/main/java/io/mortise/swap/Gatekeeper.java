// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.hooks.weaving.WeavingException;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges what comes into the framework by whatever road, Gogo's {@code install} and {@code update} too, and what is there when
 * the broker starts. What is not trusted does not resolve, and so none of it ever runs.
 *
 * <p>Trusted without being asked for is what the launcher has compared with its plan, as long as it is still that. If every
 * bundle is trusted, only the copies that were put in by hand are looked at when the broker starts: they have to be what was
 * taken in.
 *
 * <p>Any thread; an install or update waits until it is judged.
 */
final class Gatekeeper
        implements SynchronousBundleListener, ResolverHookFactory, ResolverHook, WeavingHook, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);

    private final BundleContext context;
    private final Trust trust;
    private final Shelf shelf;
    private final Path shelfFolder;
    private final Path repository;
    private final Journal journal;
    private final Set<Bundle> refused = ConcurrentHashMap.newKeySet();
    private final @Nullable ServiceRegistration<?> hook;

    /** Judges what is there, stops what may not run, and judges from now on. */
    Gatekeeper(BundleContext context, Trust trust, Shelf shelf, Path shelfFolder, Path repository, Journal journal)
            throws IOException {
        this.context = context;
        this.trust = trust;
        this.shelf = shelf;
        this.shelfFolder = shelfFolder;
        this.repository = repository;
        this.journal = journal;
        if (trust == Trust.ANY) {
            this.hook = null;
        } else {
            context.addBundleListener(this);
            this.hook = context.registerService(
                    new String[] {ResolverHookFactory.class.getName(), WeavingHook.class.getName()}, this, null);
        }
        for (Bundle bundle : context.getBundles()) {
            judge(bundle, "start");
            if (refused.contains(bundle)) {
                stop(bundle);
            }
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        try {
            switch (event.getType()) {
                case BundleEvent.INSTALLED -> judge(event.getBundle(), "install");
                case BundleEvent.UPDATED -> judge(event.getBundle(), "update");
                case BundleEvent.UNINSTALLED -> refused.remove(event.getBundle());
                default -> {
                    // what was judged does not change by that
                }
            }
        } catch (IOException unwritten) {
            LOG.error("a refusal could not be journaled", unwritten);
        }
    }

    private void judge(Bundle bundle, String action) throws IOException {
        try {
            check(bundle);
            refused.remove(bundle);
        } catch (IOException | RuntimeException distrust) {
            refused.add(bundle);
            String reason = BundleActions.reason(distrust);
            LOG.error("{} may not run: {}", BundleActions.label(bundle), reason);
            journal.add(Journal.OPERATOR, action, null, null, -1, Journal.REFUSED + ": " + reason);
        }
    }

    private void check(Bundle bundle) throws IOException {
        Path file = BundleActions.file(bundle);
        if (file != null && file.startsWith(shelfFolder)) {
            Candidate candidate = Candidate.read(file, file.toString());
            if (!file.equals(shelfFolder.resolve(candidate.sha256() + ".jar"))) {
                throw new SwapFailure(
                        candidate.label() + " was altered: its SHA-256 is " + candidate.sha256() + " now");
            }
            trust.check(candidate);
        } else if (trust != Trust.ANY && bundle.getBundleId() != 0 && !isPlanned(bundle, file)) {
            trust.check(shelf.put(bundle));
        }
    }

    private boolean isPlanned(Bundle bundle, @Nullable Path file) throws IOException {
        return file != null
                && file.startsWith(repository)
                && Files.isRegularFile(file)
                && new Content(bundle).isThatOf(file);
    }

    private static void stop(Bundle bundle) {
        try {
            bundle.stop();
        } catch (BundleException failure) {
            LOG.error("{} cannot be stopped", bundle, failure);
        }
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return this;
    }

    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {
        // Felix would then resolve nobody against what is resolved already
    }

    @Override
    public void filterSingletonCollisions(
            BundleCapability singleton, Collection<BundleCapability> collisionCandidates) {
        // as they are
    }

    @Override
    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
        if (refused.contains(requirement.getRevision().getBundle())) {
            candidates.clear();
        }
    }

    @Override
    public void end() {
        // nothing was begun
    }

    /** For a bundle that requires nothing, and so resolves. */
    @Override
    public void weave(WovenClass type) {
        Bundle bundle = type.getBundleWiring().getBundle();
        if (refused.contains(bundle)) {
            throw new WeavingException(BundleActions.label(bundle) + " may not run");
        }
    }

    @Override
    public void close() {
        context.removeBundleListener(this);
        if (hook != null) {
            hook.unregister();
        }
    }
}
