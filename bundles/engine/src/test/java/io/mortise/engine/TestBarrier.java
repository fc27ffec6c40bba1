// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The barrier of a store: passed at once, until it is told to hold. */
final class TestBarrier {
    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private boolean holding;

    synchronized CompletionStage<Void> next() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (holding) {
            held.add(stage);
        } else {
            stage.complete(null);
        }
        return stage;
    }

    synchronized void hold() {
        holding = true;
    }

    synchronized int held() {
        return held.size();
    }

    void pass() {
        take().forEach(stage -> stage.complete(null));
    }

    void fail() {
        take().forEach(stage -> stage.completeExceptionally(new IllegalStateException("disk full")));
    }

    private synchronized List<CompletableFuture<Void>> take() {
        holding = false;
        List<CompletableFuture<Void>> all = new ArrayList<>(held);
        held.clear();
        return all;
    }
}
