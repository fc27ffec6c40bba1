// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50); // where nanoseconds overflow
    private final CircuitBreaker breaker = new CircuitBreaker(3, 100, now::get);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertTrue(breaker.allows());
            breaker.failed();
        }
    }

    @Test
    void shouldOpenAfterFailuresInARow() {
        fail(2);
        breaker.succeeded();
        fail(2);
        assertTrue(breaker.allows());
        assertFalse(breaker.isOpen());
        breaker.failed();

        assertTrue(breaker.isOpen());
        assertFalse(breaker.allows());
    }

    @Test
    void shouldLetOneQuestionThroughAfterAWhile() {
        fail(3);
        now.addAndGet(99);
        assertFalse(breaker.allows());
        now.addAndGet(1);
        assertTrue(breaker.allows());
        assertFalse(breaker.allows(), "one, until it is answered");

        breaker.failed();
        assertFalse(breaker.allows());
        now.addAndGet(100);
        assertTrue(breaker.allows());
        breaker.succeeded();
        assertTrue(breaker.allows());
        assertFalse(breaker.isOpen());
    }

    @Test
    void shouldSaveUpRetriesAndSpendThem() {
        RetryBudget budget = new RetryBudget(10);
        int spent = 0;
        while (budget.take()) {
            spent++;
        }
        assertTrue(spent == 10, spent + " at first");
        for (int i = 0; i < 9; i++) {
            budget.asked();
            assertFalse(budget.take());
        }
        budget.asked();
        assertTrue(budget.take());
        assertFalse(new RetryBudget(0).take());
    }
}
