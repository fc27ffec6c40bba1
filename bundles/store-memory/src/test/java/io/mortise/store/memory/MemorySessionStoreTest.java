// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.store.SessionStore;
import io.mortise.store.tck.SessionStoreContract;
import org.junit.jupiter.api.Test;

class MemorySessionStoreTest extends SessionStoreContract {

    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }

    @Override
    protected SessionStore reopen(SessionStore store) {
        return store;
    }

    @Test
    void shouldSayThatItIsNotDurable() {
        assertFalse(open().isDurable());
    }

    @Test
    void shouldAnswerEveryBarrierWithTheSameCompletedStage() {
        SessionStore store = open();

        assertSame(store.barrier(), store.barrier());
        assertTrue(store.barrier().toCompletableFuture().isDone());
    }
}
