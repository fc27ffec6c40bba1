// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which listener has which address, while listeners come and go.
 *
 * <p>Any thread but an event loop; what it keeps is guarded by the lock of this object. A listener has one address at a time.
 * When it leaves, the address waits for it: it is taken over by the next door of this listener, in the same bundle or in
 * another version of it. So a listener can be replaced without one client being turned away.
 */
final class Doors {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

    private static final int CLOSE_SECONDS = 5;

    /** Binds an address for a listener. */
    interface Binder {
        CompletableFuture<BoundAddress> bind(SocketAddress address, DoorSettings settings, Clientele clientele);
    }

    private final Binder binder;
    private final int holdSeconds;
    private final Map<String, BoundAddress> addresses = new HashMap<>();
    private final Map<String, Clientele> clienteles = new HashMap<>();

    Doors(Binder binder, int holdSeconds) {
        this.binder = binder;
        this.holdSeconds = holdSeconds;
    }

    CompletableFuture<Door> open(SocketAddress address, DoorSettings settings) {
        String listener = settings.listener();
        Clientele clientele = clientele(listener);
        BoundAddress before;
        synchronized (this) {
            before = addresses.get(listener);
            if (before != null && before.fits(address, settings)) {
                return CompletableFuture.completedFuture(give(before, settings, clientele, null));
            }
        }
        CompletableFuture<?> ready = before != null && before.isAt(address)
                ? before.free() // it cannot be bound twice
                : CompletableFuture.completedFuture(null);
        return ready.thenCompose(freed -> binder.bind(address, settings, clientele))
                .handle((bound, failure) -> bound != null
                        ? replace(listener, before, bound).thenApply(freed -> give(bound, settings, clientele, null))
                        : stay(listener, before, settings, clientele, failure))
                .thenCompose(Function.identity());
    }

    private synchronized Clientele clientele(String listener) {
        clienteles.entrySet().removeIf(each -> each.getValue().size() == 0 && !addresses.containsKey(each.getKey()));
        return clienteles.computeIfAbsent(listener, name -> new Clientele());
    }

    private synchronized Door give(
            BoundAddress address, DoorSettings settings, Clientele clientele, @Nullable String failure) {
        NettyDoor door = new NettyDoor(this, address, clientele, failure);
        address.give(door, settings);
        return door;
    }

    private synchronized CompletableFuture<Void> replace(
            String listener, @Nullable BoundAddress before, BoundAddress bound) {
        addresses.put(listener, bound);
        return before == null ? CompletableFuture.completedFuture(null) : before.free();
    }

    /** A listener that cannot have another address serves on at the one that it has. */
    private synchronized CompletableFuture<Door> stay(
            String listener,
            @Nullable BoundAddress before,
            DoorSettings settings,
            Clientele clientele,
            Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (before != null && before.isBound()) {
            return CompletableFuture.completedFuture(give(before, settings, clientele, cause.getMessage()));
        }
        addresses.remove(listener, before);
        return CompletableFuture.failedFuture(cause);
    }

    /** Its listener goes, and will be back. */
    void leave(NettyDoor door, BoundAddress address) {
        CompletableFuture<Void> freed;
        synchronized (this) {
            if (!address.belongsTo(door)) {
                return; // another door has it
            }
            if (holdSeconds > 0) {
                address.rest(holdSeconds, () -> giveUp(address));
                return;
            }
            freed = forget(address);
        }
        await(freed);
    }

    private synchronized void giveUp(BoundAddress address) {
        if (address.isResting()) {
            LOG.info("{} is free again: its listener has not come back within {} s", address, holdSeconds);
            forget(address);
        }
    }

    /** Its listener is removed. */
    void close(NettyDoor door, BoundAddress address, Clientele clientele) {
        CompletableFuture<Void> freed;
        synchronized (this) {
            if (!address.belongsTo(door)) {
                return;
            }
            freed = forget(address);
        }
        await(freed);
        clientele.dismiss();
    }

    /** Frees every address, before it returns. */
    void close() {
        List<BoundAddress> all;
        synchronized (this) {
            all = List.copyOf(addresses.values());
            addresses.clear();
        }
        all.stream().map(BoundAddress::free).toList().forEach(Doors::await);
    }

    private CompletableFuture<Void> forget(BoundAddress address) {
        addresses.values().remove(address);
        return address.free();
    }

    private static void await(CompletableFuture<Void> freed) {
        try {
            freed.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException late) {
            LOG.error("an address is not free after {} s", CLOSE_SECONDS, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
