// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * What can be done to a bundle, each with a deadline: one that blocks where it starts or stops holds up nobody else.
 *
 * <p>Any thread that is nobody's home. What does not come back in time is left to its thread, a daemon, which cannot be
 * ended from outside.
 */
final class BundleActions {
    private static final long LOOK_AGAIN_MILLIS = 10;

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final long deadlineMillis;

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

    /** What else is restarted when this bundle is refreshed: those that are wired to it. */
    Collection<Bundle> othersInClosure(Bundle bundle) {
        return wiring.getDependencyClosure(List.of(bundle)).stream()
                .filter(other -> !other.equals(bundle))
                .toList();
    }

    /** Installs a bundle, to be started at this start level, and finds everything that it imports. */
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
            uninstall(bundle);
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

    /** Starts it now, and again whenever the broker starts. */
    void start(Bundle bundle) {
        withinDeadline("start", bundle, () -> {
            bundle.start();
            return bundle;
        });
    }

    /** Stops it; {@code false} if it does not come to an end. */
    boolean stop(Bundle bundle) {
        try {
            withinDeadline("stop", bundle, () -> {
                bundle.stop();
                return bundle;
            });
            return true;
        } catch (SwapFailure stuck) {
            return false;
        }
    }

    /** Takes it out; what it has loaded is forgotten. */
    void uninstall(Bundle bundle) {
        withinDeadline("leave", bundle, () -> {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
            return bundle;
        });
        refresh(bundle);
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

    /** Returns when the bundle gives a service that can be had under each of these interfaces. */
    void awaitServices(Bundle bundle, Set<String> interfaces) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        Set<String> missing = new TreeSet<>(interfaces);
        while (true) {
            missing.removeIf(type -> isGiven(bundle, type));
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new SwapFailure(label(bundle) + " does not give " + String.join(", ", missing) + " within "
                        + deadlineMillis + " ms; the log may say why");
            }
            pause(LOOK_AGAIN_MILLIS);
        }
    }

    private boolean isGiven(Bundle bundle, String type) {
        for (ServiceReference<?> service : services(bundle)) {
            if (List.of((String[]) service.getProperty(Constants.OBJECTCLASS)).contains(type)) {
                // a component that fails in its constructor has registered its service all the same
                Object object = context.getService(service);
                if (object != null) {
                    context.ungetService(service);
                    return true;
                }
            }
        }
        return false;
    }

    private static List<ServiceReference<?>> services(Bundle bundle) {
        if (bundle.getState() == Bundle.UNINSTALLED) {
            return List.of();
        }
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services == null ? List.of() : List.of(services);
    }

    private void withinDeadline(String what, Bundle bundle, Callable<Bundle> action) {
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
        boolean speaksForItself = cause instanceof BundleException || cause instanceof IOException;
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : speaksForItself ? message : cause.getClass().getSimpleName() + ": " + message;
    }

    static String label(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }
}
