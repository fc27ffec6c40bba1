// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import io.mortise.api.auth.Canary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * A new version of an auth provider is tried out beside the one in force: on a share of the clients that connect, or on all of them
 * and without any consequence.
 *
 * <p>What it is asked as a {@link Canary} comes on any thread; all else is done by one.
 */
final class Trial implements Canary, AutoCloseable {
    /** Fewer answers say nothing about how many are refused. */
    private static final long ANSWERS_TO_JUDGE = 5;

    /** By so much more may be refused. */
    private static final double LEEWAY = 0.25;

    private static final int DIFFERENCES_SHOWN = 20;
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final long PROGRESS_SECONDS = 10;

    private final int percent;
    private final long millis;
    private final long graceMillis;
    private final Consumer<String> say;
    private final Count inForce = new Count();
    private final Count next = new Count();
    private final Map<String, String> differences = new ConcurrentHashMap<>();
    private final LongAdder different = new LongAdder();
    private long bundle = -1;
    private @Nullable ServiceRegistration<Canary> registration;

    private static final class Count {
        private final LongAdder asked = new LongAdder();
        private final LongAdder answered = new LongAdder();
        private final LongAdder[] outcomes =
                Stream.of(Outcome.values()).map(outcome -> new LongAdder()).toArray(LongAdder[]::new);

        void add(Outcome outcome) {
            outcomes[outcome.ordinal()].increment();
            answered.increment();
        }

        long of(Outcome outcome) {
            return outcomes[outcome.ordinal()].sum();
        }

        double acceptedShare() {
            return (double) of(Outcome.ACCEPTED) / Math.max(1, answered.sum());
        }

        @Override
        public String toString() {
            return asked.sum() + " asked, " + of(Outcome.ACCEPTED) + " accepted, " + of(Outcome.REFUSED) + " refused, "
                    + of(Outcome.ABSTAINED) + " left to others";
        }
    }

    /**
     * Not begun.
     *
     * @param percent of the clients that connect, 1 to 100, are let in or not by the new version; 0 to compare only
     * @param millis how long it takes
     * @param graceMillis how long what was asked at the end may take to be answered
     * @param say what the operator is told meanwhile
     */
    Trial(int percent, long millis, long graceMillis, Consumer<String> say) {
        this.percent = percent;
        this.millis = millis;
        this.graceMillis = graceMillis;
        this.say = say;
    }

    // ---- what the engine asks

    @Override
    public long bundle() {
        return bundle;
    }

    @Override
    public boolean asksBoth() {
        return percent == 0;
    }

    @Override
    public Version decides(String clientId) {
        // numbers at the end of names are spread by the factor, and the high bits are the good ones
        int spread = (clientId.hashCode() * 0x9E3779B9) >>> 16;
        return spread % 100 < percent ? Version.NEXT : Version.IN_FORCE;
    }

    @Override
    public void asked(Version version) {
        of(version).asked.increment();
    }

    @Override
    public void answered(Version version, Outcome outcome) {
        of(version).add(outcome);
    }

    private Count of(Version version) {
        return version == Version.NEXT ? next : inForce;
    }

    @Override
    public void differed(String clientId, String inForce, String next) {
        different.increment();
        if (differences.size() < DIFFERENCES_SHOWN) {
            differences.put(clientId, "was " + inForce + ", would be " + next);
        }
    }

    // ---- what a swap does

    /** From now on it is asked: before the new version is started. */
    void begin(BundleContext context, Bundle installed) {
        bundle = installed.getBundleId();
        registration = context.registerService(Canary.class, this, null);
    }

    /**
     * Returns when the time is over and there is nothing to complain about.
     *
     * @throws SwapFailure as soon as there is
     */
    void watch() {
        long began = System.nanoTime();
        long seconds = TimeUnit.MILLISECONDS.toSeconds(millis);
        long told = 0;
        while (elapsedMillis(began) < millis) {
            BundleActions.pause(LOOK_AGAIN_MILLIS);
            refuseIf(complaint());
            long now = TimeUnit.MILLISECONDS.toSeconds(elapsedMillis(began));
            if (now >= told + PROGRESS_SECONDS && now < seconds) {
                told = now;
                say.accept(now + " s of " + seconds + ": " + summary());
            }
        }
        while (unanswered() > 0 && elapsedMillis(began) < millis + graceMillis) {
            BundleActions.pause(LOOK_AGAIN_MILLIS);
        }
        refuseIf(complaint());
        if (unanswered() > 0) {
            refuseIf("the new version has left " + unanswered() + " of " + next + " unanswered");
        }
    }

    private static long elapsedMillis(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static void refuseIf(@Nullable String complaint) {
        if (complaint != null) {
            throw new SwapFailure(complaint);
        }
    }

    private long unanswered() {
        return next.asked.sum() - next.answered.sum();
    }

    /** What is wrong with the new version so far; {@code null} if nothing is. */
    @Nullable
    String complaint() {
        if (next.of(Outcome.FAILED) > 0) {
            return "the new version has failed " + next.of(Outcome.FAILED) + " times (" + next + ")";
        }
        if (!asksBoth()
                && next.answered.sum() >= ANSWERS_TO_JUDGE
                && inForce.answered.sum() >= ANSWERS_TO_JUDGE
                && next.acceptedShare() < inForce.acceptedShare() - LEEWAY) {
            return "the new version lets fewer in: " + next + "; the one in force: " + inForce;
        }
        return null;
    }

    /** What came of it so far. */
    String summary() {
        String both = "new version " + next + "; version in force " + inForce;
        return asksBoth() ? both + "; they differed " + different.sum() + " times" : both;
    }

    /** Some of the clients about whom the versions did not agree, a line each; empty if there were none. */
    String differences() {
        return differences.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().replaceAll("\\p{Cntrl}", "?") + " " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** It is asked no more. */
    @Override
    public void close() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }
}
