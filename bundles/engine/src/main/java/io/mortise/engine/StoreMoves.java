// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Moves everything to another store because an operator says so, and writes down how far it is. One thread, which may wait. */
final class StoreMoves {
    private final Engine engine;
    private final Stores stores;
    private final Path choice;

    /** Writes to this file, which {@link StoreChoice} reads when the broker starts. */
    StoreMoves(Engine engine, Stores stores, Path choice) {
        this.engine = engine;
        this.stores = stores;
        this.choice = choice;
    }

    /** As {@link io.mortise.api.connection.BrokerAdmin#moveStore}. */
    String move(String from, String to, boolean replace, Consumer<String> progress) {
        Stores.Pair source = source(from);
        Stores.Pair target = target(from, to);
        StoreChoice file = new StoreChoice(choice, from);
        boolean movedBefore = Files.exists(choice);
        StoreMove move = new StoreMove(engine, source, target, progress);
        try {
            String contents = StoreMove.contents(target);
            if (contents != null && !replace) {
                throw new IllegalArgumentException("the store " + to + " is not empty, it has " + contents
                        + ": nothing was done (--replace empties it first)");
            }
            file.write(from, to);
            if (contents != null) {
                progress.accept("emptying the store " + to + ": " + contents);
                StoreMove.empty(target);
            }
            move.prepare();
            stores.switchTo(to, target, () -> move.change(() -> file.write(to, from)));
        } catch (IOException | RuntimeException failure) {
            move.giveUp();
            undecide(file, from, movedBefore, failure);
            throw failure instanceof IllegalArgumentException refused
                    ? refused
                    : new IllegalStateException(
                            "the store " + from + " has everything, as before, and is in use: " + failure.getMessage(),
                            failure);
        }
        return done(file, from, to, source, move);
    }

    private Stores.Pair source(String from) {
        Stores.Pair source = from.equals(stores.inUse()) ? stores.get(from) : null;
        if (source == null) {
            throw new IllegalArgumentException(
                    "the store in use expected, '" + stores.inUse() + "', got '" + from + "'");
        }
        return source;
    }

    private Stores.Pair target(String from, String to) {
        Stores.Pair target = from.equals(to) || to.equals(StoreChoice.ANY) ? null : stores.get(to);
        if (target == null) {
            throw new IllegalArgumentException(
                    "another store that is installed and runs expected, got '" + to + "'; there is " + stores.names());
        }
        return target;
    }

    /** What the other has is of no use, and what is in use is as it was. */
    private void undecide(StoreChoice file, String from, boolean movedBefore, Exception failure) {
        try {
            if (movedBefore) {
                file.write(from);
            } else {
                Files.deleteIfExists(choice);
            }
        } catch (IOException unwritten) {
            failure.addSuppressed(unwritten); // it says what is in use, and more than there is to say
        }
    }

    private static String done(StoreChoice file, String from, String to, Stores.Pair source, StoreMove move) {
        String moved = move.summary() + " moved from " + from + " to " + to;
        try {
            StoreMove.empty(source);
            file.write(to);
            return moved;
        } catch (IOException | RuntimeException failure) {
            return moved + "; " + from + " could not be emptied, and is not used: " + failure.getMessage();
        }
    }
}
