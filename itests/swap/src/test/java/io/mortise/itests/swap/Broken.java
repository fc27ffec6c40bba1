// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** What is put into bundles to break them. */
final class Broken {
    private Broken() {}

    /** A component that cannot be made. */
    public static final class Throwing {
        public Throwing() {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** A component that is never ready. */
    public static final class Blocking {
        public Blocking() {
            Release.await();
        }
    }

    /** A bundle that does not come to its end. */
    public static final class StuckInItsStop implements BundleActivator {
        @Override
        public void start(BundleContext context) {
            // all is well
        }

        @Override
        public void stop(BundleContext context) {
            Release.await();
        }
    }

    /** A bundle whose thread goes on when it has stopped. */
    public static final class LeavingAThread implements BundleActivator {
        static final String THREAD = "left behind";

        @Override
        public void start(BundleContext context) {
            Thread thread = new Thread(Release::await, THREAD);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void stop(BundleContext context) {
            // and nobody ends the thread
        }
    }

    /** A bundle that leaves an object of its own where nobody takes it out. */
    public static final class LeavingAnObject implements BundleActivator {
        static final String KEY = "left behind";

        @Override
        public void start(BundleContext context) {
            System.getProperties().put(KEY, this);
        }

        @Override
        public void stop(BundleContext context) {
            // and nobody takes it out
        }
    }

    /** A bundle that takes it out. */
    public static final class TidyingUp implements BundleActivator {
        @Override
        public void start(BundleContext context) {
            System.getProperties().remove(LeavingAnObject.KEY);
        }

        @Override
        public void stop(BundleContext context) {
            // all is well
        }
    }

    /** Throws whatever it is asked. */
    public static final class Unable implements Authenticator {
        @Override
        public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Lets nobody in. */
    public static final class Refusing implements Authenticator {
        @Override
        public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
            return CompletableFuture.completedStage(
                    new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "it lets nobody in, on purpose"));
        }
    }
}
