// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Canary;
import io.mortise.engine.Links.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The auth providers of one kind that come and go, and the chains that are made of them.
 *
 * <p>A provider that leaves may be on its way to another version: as long as a gap may last, everything is held. Then the
 * chains that it belongs to refuse, and the others go on. So it is at the start with a provider that does not come.
 *
 * <p>Any thread that is nobody's home: the engine waits for those.
 */
final class ProviderChain<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderChain.class);

    private final String kind;
    private final ChainNames names;
    private final long gapNanos;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Pair<T> pair;
    private final Consumer<@Nullable Links<T>> use;

    /** In the order in which they came. Guarded by this. */
    private final List<Provider<T>> providers = new ArrayList<>();

    /** Since when a provider is missed that is in a chain. Guarded by this. */
    private final Map<String, Long> missedSince = new HashMap<>();

    private @Nullable Canary canary;
    private @Nullable Links<T> inUse;
    private @Nullable Future<?> endOfGap;

    private record Provider<T>(T service, String name, int ranking, long bundle) {}

    /** Makes one provider of the one in force and a new version of it that is tried out. */
    interface Pair<T> {
        T of(T inForce, T next, Canary canary);
    }

    /**
     * Chains without any provider yet.
     *
     * @param kind what the providers are, for the log
     * @param gapMillis how long one may be away before its chains refuse
     * @param timer for the end of a gap; its thread is nobody's home
     * @param pair what is in force while a new version is tried out
     * @param use takes each new state; {@code null} to hold everything
     */
    ProviderChain(
            String kind,
            ChainNames names,
            long gapMillis,
            ScheduledExecutorService timer,
            LongSupplier nanoTime,
            Pair<T> pair,
            Consumer<@Nullable Links<T>> use) {
        this.kind = kind;
        this.names = names;
        this.gapNanos = TimeUnit.MILLISECONDS.toNanos(gapMillis);
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.pair = pair;
        this.use = use;
        changed();
    }

    /** Of several with one name the one with the highest ranking is asked, and of these the one that came first. */
    synchronized void add(T service, String name, int ranking, long bundle) {
        providers.add(new Provider<>(service, name, ranking, bundle));
        changed();
    }

    /** A new version is tried out, beside the one in force. */
    synchronized void tryOut(Canary trial) {
        canary = trial;
        changed();
    }

    /** That is over, unless another one has begun. */
    synchronized void endTrial(Canary over) {
        if (canary == over) {
            canary = null;
            changed();
        }
    }

    synchronized void remove(T service) {
        providers.removeIf(provider -> provider.service == service);
        changed();
    }

    /** The providers of the chains that are not here, in words. */
    synchronized List<String> missing() {
        return names.all().stream()
                .filter(name -> find(name) == null)
                .sorted()
                .map(name -> kind.toLowerCase(Locale.ROOT) + " " + named(Set.of(name)))
                .toList();
    }

    private synchronized void changed() {
        if (endOfGap != null) {
            endOfGap.cancel(false);
            endOfGap = null;
        }
        Set<String> missing = new TreeSet<>(names.all());
        missing.removeIf(name -> find(name) != null);
        long now = nanoTime.getAsLong();
        missedSince.keySet().retainAll(missing);
        missing.forEach(name -> missedSince.putIfAbsent(name, now));
        long longestRest = -1;
        for (long since : missedSince.values()) {
            longestRest = Math.max(longestRest, gapNanos - (now - since));
        }
        if (longestRest > 0) {
            try {
                endOfGap = timer.schedule(this::changed, longestRest, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException brokerHasEnded) {
                return; // SCR takes away what it gave when the component is through
            }
            inForce(null);
            return;
        }
        if (!missing.isEmpty()) {
            LOG.error("{} {} is missing: clients that need it are refused", kind, named(missing));
        }
        inForce(links());
    }

    private void inForce(@Nullable Links<T> links) {
        if (links == null ? inUse != null : !links.equals(inUse)) {
            inUse = links;
            use.accept(links);
        }
    }

    private Links<T> links() {
        Map<String, List<Link<T>>> ofListeners = new HashMap<>();
        names.ofListeners().forEach((listener, chain) -> ofListeners.put(listener, links(chain)));
        return new Links<>(links(names.ofAll()), Map.copyOf(ofListeners));
    }

    private List<Link<T>> links(List<String> chain) {
        List<Link<T>> links = new ArrayList<>();
        for (String name : chain) {
            Provider<T> found = find(name);
            links.add(found == null ? new Link<>(name, null) : new Link<>(name, serviceOf(found), found.name));
        }
        return List.copyOf(links);
    }

    private T serviceOf(Provider<T> found) {
        Canary trial = canary;
        if (trial != null && !isTriedOut(found)) {
            for (Provider<T> other : providers) {
                if (other != found && isTriedOut(other) && other.name.equals(found.name)) {
                    return pair.of(found.service, other.service, trial);
                }
            }
        }
        return found.service;
    }

    private @Nullable Provider<T> find(String name) {
        Provider<T> found = null;
        for (Provider<T> provider : providers) {
            boolean meant = name.equals(ChainNames.ANY) || name.equals(provider.name);
            if (meant && (found == null || goesBefore(provider, found))) {
                found = provider;
            }
        }
        return found;
    }

    /** Of two that are meant, the first one came later: what is tried out is behind all others. */
    private boolean goesBefore(Provider<T> later, Provider<T> earlier) {
        boolean tried = isTriedOut(later);
        return tried == isTriedOut(earlier) ? later.ranking > earlier.ranking : !tried;
    }

    private boolean isTriedOut(Provider<T> provider) {
        return canary != null && provider.bundle == canary.bundle();
    }

    private static String named(Set<String> missing) {
        return missing.contains(ChainNames.ANY) ? "of any name" : String.join(", ", missing);
    }
}
