// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import io.mortise.transport.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Changes which bundles run, one change at a time: each is judged, announced, tried, watched by a {@link Probe}, taken back if
 * it is no good, and journaled.
 *
 * <p>Any thread that is nobody's home; a second caller is sent away while the first is busy.
 */
final class Swaps {
    /** What was changed by hand is started with what serves: behind the libraries, before the listeners. */
    private static final int START_LEVEL = 3;

    private final BundleContext context;
    private final BundleActions actions;
    private final Shelf shelf;
    private final Sources sources;
    private final Trust trust;
    private final Journal journal;
    private final Probe.Settings probe;
    private final int versionsKept;
    private final ReentrantLock busy = new ReentrantLock();

    /**
     * How one change is made.
     *
     * @param dryRun whether it is announced only
     * @param force whether it is made although others are restarted with it, or lose what they use
     * @param watchMillis how long the probe goes on when all is in place
     */
    record Options(boolean dryRun, boolean force, long watchMillis) {}

    Swaps(
            BundleContext context,
            BundleActions actions,
            Shelf shelf,
            Sources sources,
            Trust trust,
            Journal journal,
            Probe.Settings probe,
            int versionsKept) {
        this.context = context;
        this.actions = actions;
        this.shelf = shelf;
        this.sources = sources;
        this.trust = trust;
        this.journal = journal;
        this.probe = probe;
        this.versionsKept = versionsKept;
    }

    /** Lets the bundle from {@code source} take the place of {@code old}. */
    String swap(Bundle old, String source, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return alone(() -> {
            Candidate candidate = take(source);
            if (!candidate.symbolicName().equals(old.getSymbolicName())) {
                throw new SwapFailure(source + " is " + candidate.symbolicName() + " and cannot take the place of "
                        + old.getSymbolicName() + "; install it instead, if that is what you want");
            }
            return exchange("swap", old, candidate, options, transport, say);
        });
    }

    /** Lets the version take its place again that was there before the last swap of this bundle. */
    String rollback(Bundle old, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return alone(() -> {
            String before = journal.before(old.getSymbolicName(), running(old).sha256());
            if (before == null) {
                throw new SwapFailure(
                        BundleActions.label(old) + " has taken nobody's place: there is nothing to go back"
                                + " to; 'history' shows what was done");
            }
            return exchange("rollback", old, shelf.get(before), options, transport, say);
        });
    }

    /** Adds a bundle that is not there. */
    String install(String source, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return alone(() -> {
            Candidate candidate = take(source);
            List<Bundle> there = actions.named(candidate.symbolicName());
            if (!there.isEmpty()) {
                throw new SwapFailure(
                        BundleActions.label(there.get(0)) + " is installed already; use swap to replace it");
            }
            judge("install", null, candidate);
            if (options.dryRun()) {
                return candidate.label() + " may be installed; nothing was done";
            }
            try (Watcher watcher = watcher(transport, say)) {
                Bundle bundle = actions.install(candidate, START_LEVEL);
                try {
                    actions.start(bundle);
                    actions.awaitServices(bundle, BundleActions.gives(bundle));
                    watcher.judge(options.watchMillis());
                } catch (RuntimeException failure) {
                    actions.stop(bundle);
                    actions.uninstall(bundle);
                    throw takenBack("install", null, candidate, watcher, failure);
                }
                journal.add("install", null, candidate, watcher.pauseMillis(), Journal.DONE);
                return candidate.label() + " is installed and runs as bundle " + bundle.getBundleId();
            }
        });
    }

    /** Takes a bundle out; a copy of it stays for a while. */
    String uninstall(Bundle bundle, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return alone(() -> {
            String label = BundleActions.label(bundle);
            Impact.of(bundle).forEach(say);
            Set<String> lost = Impact.onlyGivenBy(bundle);
            if (!lost.isEmpty() && !options.force()) {
                throw new SwapFailure("nobody else gives " + String.join(", ", lost) + ", and what needs it would wait;"
                        + " nothing was done (--force does it all the same)");
            }
            refuseIfOthersAreInClosure("uninstall", bundle, null, options);
            if (options.dryRun()) {
                return label + " may be uninstalled; nothing was done";
            }
            Candidate before = running(bundle);
            try (Watcher watcher = watcher(lost.isEmpty() ? transport : null, say)) {
                actions.stop(bundle);
                try {
                    watcher.judge(options.watchMillis());
                } catch (RuntimeException failure) {
                    actions.start(bundle);
                    throw takenBack("uninstall", before, null, watcher, failure);
                }
                actions.uninstall(bundle);
                journal.add("uninstall", before, null, watcher.pauseMillis(), Journal.DONE);
                return label + " is uninstalled";
            }
        });
    }

    private String exchange(
            String action,
            Bundle old,
            Candidate candidate,
            Options options,
            @Nullable Transport transport,
            Consumer<String> say)
            throws IOException {
        Candidate before = running(old);
        if (before.sha256().equals(candidate.sha256())) {
            return BundleActions.label(old) + " is the same, byte for byte; nothing to do";
        }
        judge(action, before, candidate);
        Collection<Bundle> others = actions.othersInClosure(old);
        boolean inPlace = candidate.version().equals(old.getVersion()) || !others.isEmpty();
        announce(old, candidate, inPlace, say);
        refuseIfOthersAreInClosure(action, old, candidate, options);
        if (options.dryRun()) {
            return "nothing was done";
        }
        Road road =
                inPlace ? new Road.InPlace(actions, old, before, candidate) : new Road.Beside(actions, old, candidate);
        try (Watcher watcher = watcher(transport, say)) {
            try {
                road.go();
                say.accept(candidate.label() + " serves; watching it");
                watcher.judge(options.watchMillis());
            } catch (RuntimeException failure) {
                road.back();
                throw takenBack(action, before, candidate, watcher, failure);
            }
            road.arrive();
            journal.add(action, before, candidate, watcher.pauseMillis(), Journal.DONE);
            shelf.forgetOldOnes(versionsKept, inUse());
            return candidate.label() + " has taken the place of " + before.version() + watcher.summary();
        }
    }

    private void announce(Bundle old, Candidate candidate, boolean inPlace, Consumer<String> say) throws IOException {
        say.accept(BundleActions.label(old) + " -> " + candidate.version()
                + (inPlace ? ", in place" : candidate.stopsFirst() ? ", the old one stops first" : ", side by side"));
        Impact.of(old).forEach(say);
        OptionalLong last = journal.lastPause(old.getSymbolicName());
        if (last.isPresent()) {
            say.accept("its last swaps held a message up for at most " + last.getAsLong() + " ms");
        }
    }

    private void refuseIfOthersAreInClosure(
            String action, Bundle bundle, @Nullable Candidate candidate, Options options) throws IOException {
        Collection<Bundle> others = actions.othersInClosure(bundle);
        if (bundle.equals(context.getBundle()) || others.contains(context.getBundle())) {
            throw refused(
                    action,
                    bundle,
                    candidate,
                    "this command itself would be restarted with it; stop the broker and"
                            + " start the new distribution on the same data");
        }
        if (!others.isEmpty() && !options.force()) {
            String names = others.stream().map(Bundle::getSymbolicName).sorted().collect(Collectors.joining(", "));
            throw refused(
                    action,
                    bundle,
                    candidate,
                    "these are wired to it and would be restarted with it: " + names
                            + " (--force does it all the same)");
        }
    }

    private SwapFailure refused(String action, Bundle bundle, @Nullable Candidate candidate, String reason)
            throws IOException {
        journal.add(action, running(bundle), candidate, -1, Journal.REFUSED + ": " + reason);
        return new SwapFailure("nothing was done: " + reason);
    }

    private SwapFailure takenBack(
            String action,
            @Nullable Candidate before,
            @Nullable Candidate candidate,
            Watcher watcher,
            RuntimeException failure)
            throws IOException {
        String reason = BundleActions.reason(failure);
        journal.add(action, before, candidate, watcher.pauseMillis(), Journal.ROLLED_BACK + ": " + reason);
        String stands = before == null ? "it is taken out again" : before.label() + " serves again";
        return new SwapFailure(reason + "; " + stands, failure);
    }

    private void judge(String action, @Nullable Candidate before, Candidate candidate) throws IOException {
        try {
            trust.check(candidate);
        } catch (SwapFailure distrust) {
            journal.add(action, before, candidate, -1, Journal.REFUSED + ": " + distrust.getMessage());
            throw distrust;
        }
    }

    private Candidate take(String source) throws IOException {
        try (InputStream in = sources.open(source)) {
            return shelf.put(in, source);
        }
    }

    /** The version that runs, with a copy of it to come back to. */
    private Candidate running(Bundle bundle) throws IOException {
        Path file = file(bundle);
        if (file != null && Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                Candidate copy = shelf.put(in, file.toString());
                if (copy.symbolicName().equals(bundle.getSymbolicName())
                        && copy.version().equals(bundle.getVersion())) {
                    return copy;
                }
            }
        }
        throw new SwapFailure("there would be no way back: the file that " + BundleActions.label(bundle)
                + " was installed from, " + bundle.getLocation() + ", is gone or another one");
    }

    private static @Nullable Path file(Bundle bundle) {
        String location = bundle.getLocation().replaceFirst("^reference:", "");
        return location.startsWith("file:") ? Path.of(URI.create(location)) : null;
    }

    private Set<Path> inUse() {
        return Arrays.stream(context.getBundles())
                .map(Swaps::file)
                .filter(file -> file != null)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private Watcher watcher(@Nullable Transport transport, Consumer<String> say) {
        if (transport == null) {
            say.accept("nobody watches: there is no transport to look through, or what is left would not answer");
            return new Watcher(null);
        }
        Probe opened = Probe.open(transport, probe);
        if (opened.refusal() != null) {
            say.accept("the probe sees only that it is answered: " + opened.refusal()
                    + "; set probe.username, probe.password and probe.topic in io.mortise.swap");
        }
        opened.begin();
        return new Watcher(opened);
    }

    /** The probe, if there is one. */
    private record Watcher(@Nullable Probe probe) implements AutoCloseable {
        void judge(long watchMillis) {
            if (probe != null) {
                probe.awaitNextExchange();
                probe.checkNewClient();
                probe.watch(watchMillis);
            }
        }

        long pauseMillis() {
            return probe == null ? -1 : probe.pauseMillis();
        }

        String summary() {
            long pause = pauseMillis();
            return pause < 0 ? "" : "; no message took longer than " + pause + " ms";
        }

        @Override
        public void close() {
            if (probe != null) {
                probe.close();
            }
        }
    }

    private interface Change {
        String make() throws IOException;
    }

    private String alone(Change change) throws IOException {
        if (!busy.tryLock()) {
            throw new SwapFailure("another change is being made; try again when it is done");
        }
        try {
            return change.make();
        } finally {
            busy.unlock();
        }
    }
}
