// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * How a new version gets into the place of the one that runs. Used by one thread; {@link #go()} once, then one of the others.
 */
interface Road {

    /** Lets the new version serve instead of the old one; what was begun can be taken back, also if this throws. */
    void go();

    /** Lets the old version serve again, and takes the new one out. */
    void back();

    /**
     * The new version stays: the old one is taken out.
     *
     * @return whether nothing is left of it; what does not end keeps its bundle until it does
     */
    boolean arrive();

    /**
     * The new version is started while the old one serves, and takes over when the old one is stopped; so nobody is
     * ever without. A part that cannot be there twice, for it holds a port or a file, is stopped first: its users wait.
     *
     * <p>Until it arrives, a broker that starts again has the old version: what is done before is for now only.
     *
     * <p>If it is tried out, the old version is stopped when that went well.
     */
    final class Beside implements Road {
        private final BundleActions actions;
        private final Bundle old;
        private final Candidate candidate;
        private final @Nullable Trial trial;
        private final Expectation expectation;
        private @Nullable Bundle next;

        Beside(BundleActions actions, Bundle old, Candidate candidate, @Nullable Trial trial) {
            this.actions = actions;
            this.old = old;
            this.candidate = candidate;
            this.trial = trial;
            this.expectation = actions.expectationOf(old);
        }

        @Override
        public void go() {
            Bundle installed =
                    actions.install(candidate, old.adapt(BundleStartLevel.class).getStartLevel());
            next = installed;
            if (trial != null) {
                actions.begin(trial, installed);
            }
            if (candidate.stopsFirst()) {
                actions.stopForNow(old);
            }
            actions.startForNow(installed);
            actions.await(installed, expectation);
            if (trial != null) {
                trial.watch();
            }
            if (!candidate.stopsFirst()) {
                actions.stopForNow(old); // if it does not end, that is no reason to keep it
            }
            endTrial();
        }

        private void endTrial() {
            if (trial != null) {
                trial.close();
            }
        }

        @Override
        public void back() {
            Bundle failed = next;
            if (candidate.stopsFirst() && failed != null) {
                actions.stopForNow(failed);
            }
            try {
                actions.start(old);
                actions.await(old, expectation);
            } finally {
                if (failed != null) {
                    actions.remove(failed);
                }
                endTrial(); // not before: until then it would decide about everybody, if it ranks higher
            }
        }

        @Override
        public boolean arrive() {
            Bundle installed = next;
            if (installed == null) {
                throw new IllegalStateException("who has not gone cannot arrive");
            }
            actions.start(installed);
            return actions.remove(old);
        }
    }

    /** The bundle gets other content, and those that are wired to it are restarted with it: this is no swap for them. */
    final class InPlace implements Road {
        private final BundleActions actions;
        private final Bundle bundle;
        private final Candidate before;
        private final Candidate candidate;
        private final Expectation expectation;

        InPlace(BundleActions actions, Bundle bundle, Candidate before, Candidate candidate) {
            this.actions = actions;
            this.bundle = bundle;
            this.before = before;
            this.candidate = candidate;
            this.expectation = actions.expectationOf(bundle);
        }

        @Override
        public void go() {
            actions.update(bundle, candidate);
            actions.start(bundle);
            actions.await(bundle, expectation);
        }

        @Override
        public void back() {
            actions.update(bundle, before);
            actions.start(bundle);
            actions.await(bundle, expectation);
        }

        @Override
        public boolean arrive() {
            return true; // nothing of the version before is left
        }
    }
}
