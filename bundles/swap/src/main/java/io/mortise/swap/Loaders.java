// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.ObjectName;
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
    private static final long LARGEST_HEAP = 256L * 1024 * 1024;

    private final BundleContext context;
    private final List<Seen> all = new ArrayList<>(); // guarded by this

    private long numbers; // guarded by this

    /** Who is found again in a heap dump by its number. */
    private record Seen(long number, String name, String label, long id, WeakReference<ClassLoader> loader) {}

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
                    ++numbers,
                    bundle.getSymbolicName(),
                    BundleActions.label(bundle),
                    bundle.getBundleId(),
                    new WeakReference<>(loader)));
        }
    }

    /**
     * A sentence for each version that is gone and yet held; collects garbage before, which all wait for.
     *
     * @param ways whether the ways to them are looked for in a heap dump, for which all wait too
     */
    List<String> held(boolean ways) throws IOException {
        List<Seen> stale = stale();
        for (int i = 0; i < COLLECTIONS && !stale.isEmpty(); i++) {
            System.gc();
            BundleActions.pause(PAUSE_MILLIS);
            stale = stale();
        }
        // before anything here holds one
        HeapDump dump = ways && !stale.isEmpty() ? dump() : null;
        List<String> sentences = new ArrayList<>();
        for (Seen seen : stale) {
            ClassLoader loader = seen.loader.get();
            if (loader != null) {
                String holders = dump == null ? String.join(", ", threads(loader, seen.name)) : way(dump, seen.number);
                sentences.add(seen.label + ", once bundle " + seen.id + ", is held by "
                        + (holders.isEmpty()
                                ? "something else than a thread in its code; leaks --path looks for it in a heap dump"
                                : holders));
            }
        }
        return sentences;
    }

    private HeapDump dump() throws IOException {
        Runtime memory = Runtime.getRuntime();
        long used = memory.totalMemory() - memory.freeMemory();
        File file = context.getDataFile("leaks.hprof");
        if (file == null || used > LARGEST_HEAP || file.getParentFile().getUsableSpace() < 2 * used) {
            throw new IllegalStateException(
                    "the heap is too large to be looked through here, or there is no room on the disk: at"
                            + " most " + LARGEST_HEAP + " bytes expected, got " + used + "; write a heap dump (jcmd "
                            + ProcessHandle.current().pid() + " GC.heap_dump FILE) and look through it elsewhere");
        }
        try {
            Files.deleteIfExists(file.toPath());
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "dumpHeap",
                            new Object[] {file.getPath(), true},
                            new String[] {String.class.getName(), boolean.class.getName()});
            return HeapDump.read(file.toPath());
        } catch (JMException failure) {
            throw new IOException("the virtual machine writes no heap dump: " + failure.getMessage(), failure);
        } finally {
            Files.deleteIfExists(file.toPath());
        }
    }

    /** From something that is always there to the class loader; its class, the last step, goes without saying. */
    private static String way(HeapDump dump, long number) {
        for (long seen : dump.instances(Seen.class.getName().replace('.', '/'))) {
            if (dump.field(seen, "number") == number) {
                return String.join("\n  > ", dump.way(dump.field(dump.field(seen, "loader"), "referent")));
            }
        }
        return "";
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
