// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.Broker;
import io.mortise.transport.wire.Codec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts codecs and brokers into the connections, and takes them out, while the connections live.
 *
 * <p>Any thread but an event loop: every method returns when what it does is done on all loops. One switch happens at
 * a time, under the lock of this object.
 *
 * <p>A broker is replaced in steps, each finished on every loop before the next one begins:
 * <ol>
 *   <li><b>hold</b>: no packet reaches the old broker any more, on any connection. Only then can a session be read in one
 *       piece: what a packet here does to a subscriber there has been done or will not be.
 *   <li><b>release</b>: the old broker gives back each connection with a {@link
 *       io.mortise.api.connection.HandOver}, which the connection keeps. No one serves it now.
 *   <li><b>retire</b>: the old broker ends. After this nothing here refers to it.
 *   <li><b>attach</b>: the next broker resumes the released connections, and accepts those that came meanwhile. If
 *       there is none yet, this step and the next one wait for it: they are all that is left to do when it comes.
 *   <li><b>serve</b>: it has every session now, so messages can move again.
 * </ol>
 * No connection is missed: which broker has its connections is a matter of each loop ({@link HomeLoop}), and steps
 * and new connections come one after another there.
 */
final class Switchboard {
    private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);

    /** How long a step may take before the switch goes on without those who are late. */
    private static final int PATIENCE_SECONDS = 10;

    private final List<HomeLoop> loops;

    private @Nullable Codec codec;
    private @Nullable Broker broker;
    private boolean closed;

    Switchboard(List<HomeLoop> loops) {
        this.loops = loops;
    }

    synchronized void bind(Codec next) {
        switchTo(next);
    }

    /** A codec goes; nothing happens if another one has taken its place. */
    synchronized void unbind(Codec gone) {
        if (codec == gone) {
            switchTo(null);
        }
    }

    synchronized void bind(Broker next) {
        retireBroker();
        if (closed) {
            return;
        }
        broker = next;
        onAllLoops("handing connections to the broker", loop -> loop.attach(next));
        fenced("serve", next, Broker::serve);
        LOG.debug("broker is there: {}", next);
    }

    /** A broker goes; nothing happens if another one has taken its place. */
    synchronized void unbind(Broker gone) {
        if (broker == gone) {
            retireBroker();
        }
    }

    /** Closes every connection. What is bound or unbound later changes nothing. */
    synchronized void close() {
        onAllLoops("closing connections", HomeLoop::close);
        closed = true;
        codec = null;
        broker = null;
    }

    private void switchTo(@Nullable Codec next) {
        if (closed) {
            return;
        }
        codec = next;
        onAllLoops("switching the codec", loop -> loop.switchCodec(next));
        LOG.debug("codec is {}", next == null ? "away: connections wait" : "there: " + next);
    }

    private void retireBroker() {
        Broker old = broker;
        if (old == null || closed) {
            return;
        }
        broker = null;
        onAllLoops("holding connections", HomeLoop::hold);
        onAllLoops("releasing connections", HomeLoop::release);
        fenced("retire", old, Broker::retire);
        LOG.debug("broker is away, connections wait: {}", old);
    }

    /** Whatever a broker throws, it must not stop the switch half way. */
    private static void fenced(String step, Broker broker, Consumer<Broker> call) {
        try {
            call.accept(broker);
        } catch (Throwable fault) {
            LOG.error("broker failed to {}: {}", step, broker, fault);
        }
    }

    private void onAllLoops(String step, Function<HomeLoop, CompletableFuture<Void>> action) {
        CompletableFuture<?> all =
                CompletableFuture.allOf(loops.stream().map(action).toArray(CompletableFuture<?>[]::new));
        try {
            all.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            LOG.error("{}: not done after {} s, going on without", step, PATIENCE_SECONDS);
        } catch (ExecutionException fault) {
            LOG.error("{} failed", step, fault.getCause());
        } catch (InterruptedException interrupted) {
            LOG.warn("{}: interrupted, going on without waiting", step);
            Thread.currentThread().interrupt();
        }
    }
}
