// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.store.RetainedStore;
import io.mortise.store.tck.RetainedStoreContract;
import org.junit.jupiter.api.Test;

class MemoryRetainedStoreTest extends RetainedStoreContract {

    @Override
    protected RetainedStore open() {
        return new MemoryRetainedStore();
    }

    @Override
    protected RetainedStore reopen(RetainedStore store) {
        return store;
    }

    @Test
    void shouldSayThatItIsNotDurable() {
        assertFalse(open().isDurable());
    }

    @Test
    void shouldAnswerEveryBarrierWithTheSameCompletedStage() {
        RetainedStore store = open();

        assertSame(store.barrier(), store.barrier());
        assertTrue(store.barrier().toCompletableFuture().isDone());
    }
}
