// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.util.Set;
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

    /** The new version stays: the old one is taken out. */
    void arrive();

    /**
     * The new version is started while the old one serves, and takes over when the old one is stopped; so nobody is
     * ever without. A part that cannot be there twice, for it holds a port or a file, is stopped first: its users wait.
     */
    final class Beside implements Road {
        private final BundleActions actions;
        private final Bundle old;
        private final Candidate candidate;
        private final Set<String> given;
        private @Nullable Bundle next;

        Beside(BundleActions actions, Bundle old, Candidate candidate) {
            this.actions = actions;
            this.old = old;
            this.candidate = candidate;
            this.given = BundleActions.givesToOthers(old);
        }

        @Override
        public void go() {
            Bundle installed =
                    actions.install(candidate, old.adapt(BundleStartLevel.class).getStartLevel());
            next = installed;
            if (candidate.stopsFirst()) {
                stopOld();
            }
            actions.start(installed);
            actions.awaitServices(installed, given);
            if (!candidate.stopsFirst()) {
                stopOld();
            }
        }

        private void stopOld() {
            if (!actions.stop(old)) {
                throw new SwapFailure(BundleActions.label(old) + " does not stop");
            }
        }

        @Override
        public void back() {
            Bundle failed = next;
            if (candidate.stopsFirst() && failed != null) {
                actions.stop(failed);
            }
            actions.start(old);
            actions.awaitServices(old, given);
            if (failed != null) {
                actions.stop(failed);
                actions.uninstall(failed);
            }
        }

        @Override
        public void arrive() {
            actions.uninstall(old);
        }
    }

    /** The bundle gets other content: for a new build of the same version, which could not be there beside it. */
    final class InPlace implements Road {
        private final BundleActions actions;
        private final Bundle bundle;
        private final Candidate before;
        private final Candidate candidate;
        private final Set<String> given;

        InPlace(BundleActions actions, Bundle bundle, Candidate before, Candidate candidate) {
            this.actions = actions;
            this.bundle = bundle;
            this.before = before;
            this.candidate = candidate;
            this.given = BundleActions.givesToOthers(bundle);
        }

        @Override
        public void go() {
            actions.update(bundle, candidate);
            actions.start(bundle);
            actions.awaitServices(bundle, given);
        }

        @Override
        public void back() {
            actions.update(bundle, before);
            actions.start(bundle);
            actions.awaitServices(bundle, given);
        }

        @Override
        public void arrive() {
            // nothing of the version before is left
        }
    }
}
