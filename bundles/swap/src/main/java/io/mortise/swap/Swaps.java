// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.transport.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes which bundles run, one change at a time: each is judged, announced, tried, watched by a {@link Probe}, taken back if
 * it is no good, and journaled.
 *
 * <p>Any thread that is nobody's home, and waits; each change has a thread of its own. While one is being made, another one waits or
 * is sent away.
 */
final class Swaps {
    /** What was changed by hand is started with what serves: behind the libraries, before the listeners. */
    private static final int START_LEVEL = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Swaps.class);
    private static final long PATIENCE_SECONDS = 60;

    // what is done, as the journal calls it
    static final String SWAP = "swap";
    static final String ROLLBACK = "rollback";
    static final String INSTALL = "install";
    static final String UNINSTALL = "uninstall";
    static final String COMPARE = "compare";

    private static final String OUR_PACKAGES = "io.mortise.";
    private static final String LINGERS = " does not come to its end, and leaves when it does";

    private final BundleContext context;
    private final BundleActions actions;
    private final Shelf shelf;
    private final Sources sources;
    private final Trust trust;
    private final Journal journal;
    private final Probe.Settings probe;
    private final int versionsKept;
    private final Semaphore turn = new Semaphore(1); // only one change is made at a time

    /**
     * How one change is made.
     *
     * @param dryRun whether it is announced only
     * @param force whether it is made although others are restarted with it, or lose what they use
     * @param watchMillis how long the probe goes on when all is in place
     * @param trial how much the new version decides about before it takes over
     * @param waits whether it waits for the end of another change; if not, whoever wants it is told to try again
     * @param by who makes it, for the journal
     */
    record Options(boolean dryRun, boolean force, long watchMillis, Share trial, boolean waits, String by) {

        /** The same for somebody who cannot be told anything. */
        Options waiting() {
            return new Options(dryRun, force, watchMillis, trial, true, by);
        }
    }

    /**
     * How much a new version of an auth provider decides about while it is tried out.
     *
     * @param percent of the clients that connect; 0 to compare only, less if it is not tried out
     * @param millis how long
     */
    record Share(int percent, long millis) {
        /** It takes over at once. */
        static final Share NONE = new Share(-1, 0);
    }

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
        return inTurn(options, () -> {
            Candidate candidate = take(source);
            if (!candidate.symbolicName().equals(old.getSymbolicName())) {
                throw new SwapFailure(source + " is " + candidate.symbolicName() + " and cannot take the place of "
                        + old.getSymbolicName() + "; install it instead, if that is what you want");
            }
            return exchange(SWAP, stillThere(old), candidate, options, transport, say);
        });
    }

    /** The bundle, or what has taken its place while its turn had not come. */
    private Bundle stillThere(Bundle bundle) {
        if (bundle.getState() != Bundle.UNINSTALLED) {
            return bundle;
        }
        return actions.named(bundle.getSymbolicName()).stream()
                .findFirst()
                .orElseThrow(() -> new SwapFailure(BundleActions.label(bundle) + " has left meanwhile"));
    }

    /** Lets the version take its place again that was there before the last swap of this bundle. */
    String rollback(Bundle bundle, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return inTurn(options, () -> {
            Bundle old = stillThere(bundle);
            String before = journal.before(old.getSymbolicName(), running(old).sha256());
            if (before == null) {
                throw new SwapFailure(
                        BundleActions.label(old) + " has taken nobody's place: there is nothing to go back"
                                + " to; 'history' shows what was done");
            }
            return exchange(ROLLBACK, old, shelf.get(before), options, transport, say);
        });
    }

    /** Adds a bundle that is not there. */
    String install(String source, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return inTurn(options, () -> {
            Candidate candidate = take(source);
            List<Bundle> there = actions.named(candidate.symbolicName());
            if (!there.isEmpty()) {
                throw new SwapFailure(
                        BundleActions.label(there.get(0)) + " is installed already; use swap to replace it");
            }
            return add(candidate, options, transport, say);
        });
    }

    /**
     * Takes in what is in a file: it takes the place of the bundle of its name, or is installed if there is none. Waits for
     * whoever makes another change.
     */
    String take(String source, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return inTurn(options, () -> {
            Candidate candidate;
            try {
                candidate = take(source);
            } catch (SwapFailure nothing) {
                journal.add(options.by(), INSTALL, null, null, -1, Journal.REFUSED + ": " + nothing.getMessage());
                throw nothing;
            }
            List<Bundle> there = actions.named(candidate.symbolicName());
            return there.isEmpty()
                    ? add(candidate, options, transport, say)
                    : exchange(SWAP, there.get(0), candidate, options, transport, say);
        });
    }

    /** Undoes what was brought: the version before serves again, or if there was none, nobody does. */
    String undo(Journal.Entry brought, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        Bundle bundle = actions.named(brought.bundle()).stream().findFirst().orElse(null);
        if (bundle == null || !running(bundle).sha256().equals(brought.toSha256())) {
            return brought.bundle() + " is another one by now, and stays";
        }
        return brought.action().equals(INSTALL)
                ? inTurn(options, () -> remove(bundle, options, transport, say))
                : inTurn(
                        options,
                        () -> exchange(ROLLBACK, bundle, shelf.get(brought.fromSha256()), options, transport, say));
    }

    private String add(Candidate candidate, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        judge(INSTALL, null, candidate, options);
        refuseIfItSplitsTheBroker(INSTALL, null, candidate, options);
        if (options.dryRun()) {
            return candidate.label() + " may be installed; nothing was done";
        }
        try (Watcher watcher = watcher(transport, say)) {
            Bundle bundle = actions.install(candidate, START_LEVEL);
            try {
                actions.startForNow(bundle);
                actions.await(bundle, actions.expectationOfNew(bundle));
                watcher.judge(options.watchMillis());
            } catch (RuntimeException failure) {
                throw takenBack(INSTALL, null, candidate, watcher, failure, options, () -> actions.remove(bundle));
            }
            actions.start(bundle);
            journal.add(options.by(), INSTALL, null, candidate, watcher.pauseMillis(), Journal.DONE);
            return candidate.label() + " is installed and runs as bundle " + bundle.getBundleId();
        }
    }

    /** Takes a bundle out; a copy of it stays for a while. */
    String uninstall(Bundle bundle, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        return inTurn(options, () -> remove(bundle, options, transport, say));
    }

    private String remove(Bundle bundle, Options options, @Nullable Transport transport, Consumer<String> say)
            throws IOException {
        String label = BundleActions.label(bundle);
        Impact.of(bundle).forEach(say);
        Set<String> lost = Impact.onlyGivenBy(bundle);
        if (!lost.isEmpty() && !options.force()) {
            throw refused(
                    UNINSTALL,
                    bundle,
                    null,
                    "nobody else gives " + String.join(", ", lost) + ", and what needs it would wait (--force does"
                            + " it all the same)",
                    options);
        }
        refuseIfOthersAreInClosure(UNINSTALL, bundle, null, options);
        if (options.dryRun()) {
            return label + " may be uninstalled; nothing was done";
        }
        Candidate before = running(bundle);
        try (Watcher watcher = watcher(lost.isEmpty() ? transport : null, say)) {
            actions.stopForNow(bundle);
            try {
                watcher.judge(options.watchMillis());
            } catch (RuntimeException failure) {
                throw takenBack(UNINSTALL, before, null, watcher, failure, options, () -> actions.start(bundle));
            }
            boolean left = actions.remove(bundle);
            journal.add(options.by(), UNINSTALL, before, null, watcher.pauseMillis(), Journal.DONE);
            return label + (left ? " is uninstalled" : LINGERS);
        }
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
        judge(action, before, candidate, options);
        Collection<Bundle> others = actions.othersInClosure(old);
        boolean inPlace = !others.isEmpty();
        announce(old, candidate, inPlace, say);
        refuseIfOthersAreInClosure(action, old, candidate, options);
        refuseIfItSplitsTheBroker(action, old, candidate, options);
        Trial trial = trial(action, old, candidate, inPlace, options, say);
        if (options.dryRun()) {
            return "nothing was done";
        }
        if (trial != null && trial.asksBoth()) {
            return compare(old, before, candidate, trial, options);
        }
        Road road = inPlace
                ? new Road.InPlace(actions, old, before, candidate)
                : new Road.Beside(actions, old, candidate, trial);
        try (Watcher watcher = watcher(transport, say)) {
            try {
                road.go();
                say.accept(candidate.label() + " serves; watching it");
                watcher.judge(options.watchMillis());
            } catch (RuntimeException failure) {
                throw takenBack(action, before, candidate, watcher, failure, options, road::back);
            }
            boolean left = road.arrive();
            journal.add(options.by(), action, before, candidate, watcher.pauseMillis(), Journal.DONE);
            shelf.forgetOldOnes(versionsKept, inUse());
            return candidate.label() + " has taken the place of " + before.version() + watcher.summary()
                    + (trial == null ? "" : "; while it was tried out: " + trial.summary())
                    + (left ? "" : "; " + BundleActions.label(old) + LINGERS);
        }
    }

    /** What is tried out decides who may connect, beside the version in force. */
    private @Nullable Trial trial(
            String action, Bundle old, Candidate candidate, boolean inPlace, Options options, Consumer<String> say)
            throws IOException {
        Share share = options.trial();
        if (share.percent() < 0) {
            return null;
        }
        Set<String> given = BundleActions.gives(old);
        if (!given.contains(Authenticator.class.getName())) {
            throw refused(action, old, candidate, "only who decides who may connect can be tried out", options);
        }
        if (given.contains(AuthenticationMethod.class.getName())) {
            throw refused(
                    action,
                    old,
                    candidate,
                    "it authenticates in several steps too, and what is begun by one version is not understood by"
                            + " another: swap it without trying it out",
                    options);
        }
        if (inPlace || candidate.stopsFirst()) {
            throw refused(action, old, candidate, "it cannot run beside the version in force", options);
        }
        say.accept(
                share.percent() == 0
                        ? "both versions are asked for " + share.millis() / 1_000 + " s; only the one in force decides"
                        : "the new version decides about " + share.percent() + " % of the clients that connect within "
                                + share.millis() / 1_000 + " s");
        return new Trial(share.percent(), share.millis(), actions.deadlineMillis(), say);
    }

    /** Asks a new version beside the one in force, and takes it out again. */
    private String compare(Bundle old, Candidate before, Candidate candidate, Trial trial, Options options)
            throws IOException {
        Bundle next = actions.install(candidate, START_LEVEL);
        String outcome = Journal.COMPARED;
        try {
            actions.begin(trial, next);
            actions.startForNow(next);
            actions.await(next, actions.expectationOf(old));
            trial.watch();
        } catch (RuntimeException failure) {
            outcome = Journal.COMPARED + ": " + BundleActions.reason(failure);
            throw new SwapFailure(
                    BundleActions.reason(failure) + "; it is taken out again, and nothing else was done", failure);
        } finally {
            actions.remove(next);
            trial.close();
            journal.add(options.by(), COMPARE, before, candidate, -1, outcome);
        }
        String differences = trial.differences();
        return trial.summary() + (differences.isEmpty() ? "" : "\n" + differences) + "\n" + candidate.label()
                + " is taken out again";
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
                            + " start the new distribution on the same data",
                    options);
        }
        if (!others.isEmpty() && !options.force()) {
            String names = others.stream().map(Bundle::getSymbolicName).sorted().collect(Collectors.joining(", "));
            throw refused(
                    action,
                    bundle,
                    candidate,
                    "these are wired to it and would be restarted with it: " + names
                            + " (--force does it all the same)",
                    options);
        }
    }

    private SwapFailure refused(
            String action, Bundle bundle, @Nullable Candidate candidate, String reason, Options options)
            throws IOException {
        journal.add(options.by(), action, running(bundle), candidate, -1, Journal.REFUSED + ": " + reason);
        return new SwapFailure("nothing was done: " + reason);
    }

    /** Takes it back, and says so; or that this did not go well either. */
    private SwapFailure takenBack(
            String action,
            @Nullable Candidate before,
            @Nullable Candidate candidate,
            Watcher watcher,
            RuntimeException failure,
            Options options,
            Runnable back)
            throws IOException {
        String outcome = Journal.ROLLED_BACK;
        String reason = BundleActions.reason(failure);
        String stands = before == null ? "it is taken out again" : before.label() + " serves again";
        try {
            back.run();
        } catch (RuntimeException worse) {
            failure.addSuppressed(worse);
            outcome = Journal.BROKEN;
            stands = BundleActions.reason(worse) + ", and so it does not serve as it did; start the broker again";
        }
        journal.add(options.by(), action, before, candidate, watcher.pauseMillis(), outcome + ": " + reason);
        return new SwapFailure(reason + "; " + stands, failure);
    }

    /** Whoever is wired to one of two packages of ours does not know those who are wired to the other. */
    private void refuseIfItSplitsTheBroker(String action, @Nullable Bundle old, Candidate candidate, Options options)
            throws IOException {
        for (String exported : candidate.exports()) {
            for (Bundle other : exported.startsWith(OUR_PACKAGES) ? actions.exportersOf(exported) : List.<Bundle>of()) {
                if (!other.equals(old)) {
                    String reason = candidate.label() + " exports " + exported + ", and so does "
                            + BundleActions.label(other) + "; import it instead";
                    journal.add(
                            options.by(),
                            action,
                            old == null ? null : running(old),
                            candidate,
                            -1,
                            Journal.REFUSED + ": " + reason);
                    throw new SwapFailure("nothing was done: " + reason);
                }
            }
        }
    }

    private void judge(String action, @Nullable Candidate before, Candidate candidate, Options options)
            throws IOException {
        try {
            trust.check(candidate);
        } catch (SwapFailure distrust) {
            journal.add(options.by(), action, before, candidate, -1, Journal.REFUSED + ": " + distrust.getMessage());
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
        return shelf.put(bundle);
    }

    private Set<Path> inUse() {
        return Arrays.stream(context.getBundles())
                .map(BundleActions::file)
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

    private String inTurn(Options options, Change change) throws IOException {
        if (options.waits()) {
            turn.acquireUninterruptibly();
        } else if (!turn.tryAcquire()) {
            throw new SwapFailure("another change is being made; try again when it is done");
        }
        return make(change);
    }

    /** Whoever asked for it may be interrupted, as a shell that ends is: a change goes on, for half of one helps nobody. */
    private String make(Change change) throws IOException {
        FutureTask<String> task = new FutureTask<>(() -> {
            try {
                return change.make();
            } finally {
                turn.release();
            }
        });
        Thread thread = new Thread(null, task, "mortise-swap", 0, false);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            throw new SwapFailure("nobody waits for it any more, and it goes on; the history says how it went", gone);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof SwapFailure said) {
                throw said;
            }
            if (failure.getCause() instanceof IOException unwritten) {
                throw unwritten;
            }
            throw new IllegalStateException("a change failed as it should not: " + failure.getCause(), failure);
        }
    }

    /** Waits for the end of a change that is being made; no other begins. */
    void close() {
        try {
            if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a change does not come to its end; it is cut off");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
