// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be done to a bundle, each with a deadline: one that blocks where it starts or stops holds up nobody else.
 *
 * <p>Any thread that is nobody's home. What does not come back in time is left to its thread, a daemon, which cannot be
 * ended from outside.
 */
final class BundleActions {
    private static final Logger LOG = LoggerFactory.getLogger(BundleActions.class);
    private static final long LOOK_AGAIN_MILLIS = 10;

    /** For the last look, which says more than that time is up. */
    private static final long GRACE_MILLIS = 500;

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final long deadlineMillis;
    private final Set<Bundle> stuck = ConcurrentHashMap.newKeySet();

    /**
     * Acts on the framework of this context.
     *
     * @param deadlineMillis how long each action may take
     */
    BundleActions(BundleContext context, long deadlineMillis) {
        this.context = context;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        this.deadlineMillis = deadlineMillis;
    }

    /** All bundles with this name. */
    List<Bundle> named(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .toList();
    }

    /** Those that export a package. */
    List<Bundle> exportersOf(String packageName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> exports(bundle, packageName))
                .toList();
    }

    private static boolean exports(Bundle bundle, String packageName) {
        BundleWiring bundleWiring = bundle.adapt(BundleWiring.class);
        return bundleWiring != null
                && bundleWiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                        .anyMatch(capability ->
                                packageName.equals(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)));
    }

    /** What else is restarted when this bundle is refreshed: those that are wired to it. */
    Collection<Bundle> othersInClosure(Bundle bundle) {
        return wiring.getDependencyClosure(List.of(bundle)).stream()
                .filter(other -> !other.equals(bundle))
                .toList();
    }

    /**
     * Installs a bundle, to be started at this start level, and finds everything that it imports. Another build of a version
     * that is there is welcome (see {@link SameVersion}).
     */
    Bundle install(Candidate candidate, int startLevel) {
        Bundle bundle;
        try {
            bundle = context.installBundle("reference:" + candidate.file().toUri());
        } catch (BundleException failure) {
            throw new SwapFailure(candidate.label() + " cannot be installed: " + reason(failure), failure);
        }
        bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel);
        if (!wiring.resolveBundles(List.of(bundle))) {
            SwapFailure why = unresolved(bundle);
            remove(bundle);
            throw why;
        }
        return bundle;
    }

    /** Felix says what is missing only to those who start the bundle. */
    private static SwapFailure unresolved(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return new SwapFailure(label(bundle) + " does not resolve");
        } catch (BundleException failure) {
            return new SwapFailure(label(bundle) + " does not resolve: " + reason(failure), failure);
        }
    }

    /** Starts it now; when the broker starts again, it is what it was before. */
    void startForNow(Bundle bundle) {
        withinDeadline("start", bundle, () -> {
            bundle.start(Bundle.START_TRANSIENT);
            return bundle;
        });
    }

    /** Starts it now, unless it has, and again whenever the broker starts. */
    void start(Bundle bundle) {
        withinDeadline("start", bundle, () -> {
            bundle.start();
            return bundle;
        });
    }

    /** Stops it, until the broker starts again; {@code false} if it does not come to an end. */
    boolean stopForNow(Bundle bundle) {
        try {
            withinDeadline("stop", bundle, () -> {
                bundle.stop(Bundle.STOP_TRANSIENT);
                return bundle;
            });
            return true;
        } catch (SwapFailure late) {
            stuck.add(bundle);
            return false;
        }
    }

    /**
     * Stops it and takes it out; what it has loaded is forgotten. One that does not stop, or is still busy with its start,
     * leaves by itself when that ends.
     *
     * @return whether it has left
     */
    boolean remove(Bundle bundle) {
        try {
            // one that was waited for once is not waited for again
            withinDeadline("leave", bundle, stuck.contains(bundle) ? 1 : deadlineMillis, () -> {
                if (bundle.getState() != Bundle.UNINSTALLED) {
                    bundle.uninstall();
                }
                refresh(bundle);
                stuck.remove(bundle);
                return bundle;
            });
            return true;
        } catch (SwapFailure late) {
            if (bundle.getState() == Bundle.UNINSTALLED) {
                return true; // what is left of it is forgotten in a moment
            }
            stuck.add(bundle);
            LOG.warn("{}; it does so when what it is at ends, or the broker does", late.getMessage());
            return false;
        }
    }

    /** Puts other content into a bundle that stays where it is. */
    void update(Bundle bundle, Candidate candidate) {
        withinDeadline("take its new content", bundle, () -> {
            try (InputStream content = Files.newInputStream(candidate.file())) {
                bundle.update(content);
            }
            return bundle;
        });
        refresh(bundle);
    }

    private void refresh(Bundle bundle) {
        CountDownLatch refreshed = new CountDownLatch(1);
        wiring.refreshBundles(List.of(bundle), event -> refreshed.countDown());
        withinDeadline("be refreshed", bundle, () -> {
            refreshed.await();
            return bundle;
        });
    }

    /** From now on the engine asks what is tried out: before it is started. */
    void begin(Trial trial, Bundle next) {
        trial.begin(context, next);
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    /** What a version has to do that takes the place of this one. */
    Expectation expectationOf(Bundle bundle) {
        return Expectation.of(bundle, context);
    }

    /** What a bundle has to do that is new. */
    Expectation expectationOfNew(Bundle bundle) {
        return Expectation.ofNew(bundle, context);
    }

    /** The interfaces under which a bundle gives services that another bundle uses. */
    static Set<String> givesToOthers(Bundle bundle) {
        Set<String> interfaces = new TreeSet<>();
        for (ServiceReference<?> service : services(bundle)) {
            Bundle[] users = service.getUsingBundles();
            if (users != null && Arrays.stream(users).anyMatch(user -> !user.equals(bundle))) {
                interfaces.addAll(List.of((String[]) service.getProperty(Constants.OBJECTCLASS)));
            }
        }
        return interfaces;
    }

    /** The interfaces under which a bundle gives services. */
    static Set<String> gives(Bundle bundle) {
        Set<String> interfaces = new TreeSet<>();
        services(bundle)
                .forEach(service -> interfaces.addAll(List.of((String[]) service.getProperty(Constants.OBJECTCLASS))));
        return interfaces;
    }

    /** Returns when a bundle does what is expected of it. */
    void await(Bundle bundle, Expectation expectation) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        AtomicReference<@Nullable String> shortfall = new AtomicReference<>();
        // on a thread of its own, for this is where constructors run, and one may never come back
        withinDeadline("come up", bundle, deadlineMillis + GRACE_MILLIS, () -> {
            String missing = expectation.shortfall(bundle);
            while (missing != null && System.nanoTime() < deadline) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
                missing = expectation.shortfall(bundle);
            }
            shortfall.set(missing);
            return bundle;
        });
        String missing = shortfall.get();
        if (missing != null) {
            throw new SwapFailure(label(bundle) + " " + missing + ", within " + deadlineMillis + " ms");
        }
    }

    /** The services that a bundle gives. */
    static List<ServiceReference<?>> services(Bundle bundle) {
        if (bundle.getState() == Bundle.UNINSTALLED) {
            return List.of();
        }
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services == null ? List.of() : List.of(services);
    }

    private void withinDeadline(String what, Bundle bundle, Callable<Bundle> action) {
        withinDeadline(what, bundle, deadlineMillis, action);
    }

    private static void withinDeadline(String what, Bundle bundle, long deadlineMillis, Callable<Bundle> action) {
        FutureTask<Bundle> task = new FutureTask<>(action);
        Thread thread = new Thread(null, task, "mortise-swap " + bundle.getSymbolicName(), 0, false);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(deadlineMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new SwapFailure(label(bundle) + " does not " + what + " within " + deadlineMillis + " ms", late);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof SwapFailure said) {
                throw said;
            }
            throw new SwapFailure(label(bundle) + " does not " + what + ": " + reason(failure.getCause()), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SwapFailure("interrupted while " + label(bundle) + " had to " + what, interrupted);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SwapFailure("interrupted", interrupted);
        }
    }

    /** What the innermost exception says: those around it repeat it. */
    static String reason(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof BundleException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause == null) {
            return "no reason given";
        }
        boolean speaksForItself =
                cause instanceof SwapFailure || cause instanceof BundleException || cause instanceof IOException;
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : speaksForItself ? message : cause.getClass().getSimpleName() + ": " + message;
    }

    /** The file that a bundle was installed from, or {@code null} if it was none. */
    static @Nullable Path file(Bundle bundle) {
        String location = bundle.getLocation().replaceFirst("^reference:", "");
        return location.startsWith("file:") ? Path.of(URI.create(location)) : null;
    }

    static String label(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }
}
