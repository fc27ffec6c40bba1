// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/**
 * Knows when the broker serves: there is a {@code Broker}, and each configured listener has said where it listens, or why it
 * cannot. It goes by names and service properties, since the launcher does not share the API's classes with the bundles.
 * Services come and go on any thread; one thread waits.
 */
final class Readiness implements AllServiceListener, AutoCloseable {

    private static final String BROKER = "io.mortise.api.connection.Broker";
    private static final String LISTENER = "io.mortise.api.connection.Listener";
    private static final String PID = "mortise.listener.pid";
    private static final String PROTOCOL = "mortise.listener.protocol";
    private static final String ADDRESS = "mortise.listener.address";
    private static final String FAILURE = "mortise.listener.failure";

    private final BundleContext context;
    private final Set<String> listeners;
    private int changes;

    /** Begins to listen for services; {@code listeners} are the PIDs that have to be heard of. */
    Readiness(BundleContext context, Set<String> listeners) {
        this.context = context;
        this.listeners = new TreeSet<>(listeners);
        try {
            context.addServiceListener(
                    this,
                    "(|(" + Constants.OBJECTCLASS + "=" + BROKER + ")(" + Constants.OBJECTCLASS + "=" + LISTENER
                            + "))");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("the filter is a constant", e);
        }
    }

    /**
     * How far the broker is.
     *
     * @param missing what is not there yet, in words; empty if the broker serves, or cannot
     * @param failures listener PID to why it cannot listen
     * @param addresses {@code mqtt=127.0.0.1:1883} and so on, in the order of the PIDs
     */
    record State(List<String> missing, Map<String, String> failures, List<String> addresses) {

        boolean isDecided() {
            return missing.isEmpty() || !failures.isEmpty();
        }
    }

    /** Waits until the broker serves or a listener has failed, but no longer than {@code atMost}. */
    State await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            int seen = changes();
            State state = state();
            long leftMillis = (end - System.nanoTime()) / 1_000_000;
            if (state.isDecided() || leftMillis <= 0) {
                return state;
            }
            synchronized (this) {
                if (changes == seen) {
                    wait(leftMillis);
                }
            }
        }
    }

    @Override
    public synchronized void serviceChanged(ServiceEvent event) {
        changes++;
        notifyAll();
    }

    @Override
    public void close() {
        context.removeServiceListener(this);
    }

    private synchronized int changes() {
        return changes;
    }

    private State state() {
        List<String> missing = new ArrayList<>();
        Map<String, String> failures = new TreeMap<>();
        Map<String, String> addresses = new TreeMap<>();
        if (references(BROKER).isEmpty()) {
            missing.add("there is no service " + BROKER);
        }
        Set<String> awaited = new TreeSet<>(listeners);
        for (ServiceReference<?> listener : references(LISTENER)) {
            String pid = property(listener, PID);
            String address = property(listener, ADDRESS);
            String failure = property(listener, FAILURE);
            if (pid == null || !listeners.contains(pid)) {
                continue;
            }
            if (failure != null) {
                failures.put(pid, failure);
            } else if (address != null) {
                addresses.put(pid, property(listener, PROTOCOL) + "=" + address);
                awaited.remove(pid);
            }
        }
        awaited.forEach(pid -> missing.add(pid + " does not listen yet"));
        return new State(missing, failures, List.copyOf(addresses.values()));
    }

    private List<ServiceReference<?>> references(String type) {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(type, null);
            return references == null ? List.of() : List.of(references);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter has no syntax", e);
        }
    }

    private static @Nullable String property(ServiceReference<?> reference, String name) {
        Object value = reference.getProperty(name);
        return value == null ? null : value.toString();
    }
}
