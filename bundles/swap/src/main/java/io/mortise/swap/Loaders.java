// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Knows the class loader of each version that was started, without keeping it, and so can tell which of those that are gone
 * somebody else keeps, with all that they have loaded. Any thread.
 */
final class Loaders implements SynchronousBundleListener, AutoCloseable {
    private static final int COLLECTIONS = 5;
    private static final long PAUSE_MILLIS = 50;

    private final BundleContext context;
    private final List<Seen> all = new ArrayList<>(); // guarded by this

    private record Seen(String name, String label, long id, WeakReference<ClassLoader> loader) {}

    /** Begins to take note of what is started. */
    Loaders(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            note(bundle);
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STARTED) {
            note(event.getBundle());
        }
    }

    private synchronized void note(Bundle bundle) {
        BundleWiring wiring = bundle.getState() == Bundle.ACTIVE ? bundle.adapt(BundleWiring.class) : null;
        ClassLoader loader = wiring == null ? null : wiring.getClassLoader();
        if (loader != null && all.stream().noneMatch(seen -> seen.loader.get() == loader)) {
            all.removeIf(seen -> seen.loader.get() == null);
            all.add(new Seen(
                    bundle.getSymbolicName(),
                    BundleActions.label(bundle),
                    bundle.getBundleId(),
                    new WeakReference<>(loader)));
        }
    }

    /** A sentence for each version that is gone and yet held; collects garbage before, which all wait for. */
    List<String> held() {
        List<Seen> stale = stale();
        for (int i = 0; i < COLLECTIONS && !stale.isEmpty(); i++) {
            System.gc();
            BundleActions.pause(PAUSE_MILLIS);
            stale = stale();
        }
        List<String> sentences = new ArrayList<>();
        for (Seen seen : stale) {
            ClassLoader loader = seen.loader.get();
            if (loader != null) {
                Set<String> holders = threads(loader, seen.name);
                sentences.add(seen.label + ", once bundle " + seen.id + ", is held by "
                        + (holders.isEmpty()
                                ? "something else than a thread in its code; a heap dump (jcmd "
                                        + ProcessHandle.current().pid()
                                        + " GC.heap_dump FILE) shows the way to its class loader"
                                : String.join(", ", holders)));
            }
        }
        return sentences;
    }

    private synchronized List<Seen> stale() {
        Set<ClassLoader> current = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && wiring.getClassLoader() != null) {
                current.add(wiring.getClassLoader());
            }
        }
        all.removeIf(seen -> seen.loader.get() == null);
        return all.stream().filter(seen -> !current.contains(seen.loader.get())).toList();
    }

    /**
     * The threads that are in its code, are objects of it, or have it for their context. Code is told by the names of its
     * classes, so that it does not count if the version that serves now has a class of that name.
     */
    private Set<String> threads(ClassLoader loader, String symbolicName) {
        List<ClassLoader> current = Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .map(bundle -> bundle.adapt(BundleWiring.class))
                .filter(wiring -> wiring != null && wiring.getClassLoader() != null)
                .map(BundleWiring::getClassLoader)
                .toList();
        Set<String> holders = new TreeSet<>();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = entry.getKey();
            if (thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader) {
                holders.add("thread \"" + thread.getName() + "\"");
            } else {
                Arrays.stream(entry.getValue())
                        .filter(frame -> isOf(loader, frame.getClassName())
                                && current.stream().noneMatch(other -> isOf(other, frame.getClassName())))
                        .reduce((inner, outer) -> outer)
                        .ifPresent(frame -> holders.add("thread \"" + thread.getName() + "\" in " + frame.getClassName()
                                + "." + frame.getMethodName()));
            }
        }
        return holders;
    }

    private static boolean isOf(ClassLoader loader, String className) {
        try {
            return Class.forName(className, false, loader).getClassLoader() == loader;
        } catch (ClassNotFoundException | LinkageError | RuntimeException unknown) {
            return false; // of another one, or hidden
        }
    }

    @Override
    public void close() {
        context.removeBundleListener(this);
    }
}
