// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.health.Health;
import org.junit.jupiter.api.Test;

class HealthCommandsTest {
    private final HealthCommands commands = new HealthCommands();

    @Test
    void shouldListPartsByNameWithTheReasonWhereOneIsNotWell() {
        commands.bind(new Part("store", new Health.Status(Health.Level.DOWN, "the disk is full")));
        commands.bind(new Part("auth", Health.Status.UP));

        assertEquals("""
                PART   HEALTH  REASON
                auth   UP
                store  DOWN    the disk is full
                2 parts""", commands.health().replaceAll(" +\n", "\n"));
    }

    @Test
    void shouldForgetAPartThatLeaves() {
        Health part = new Part("store", Health.Status.UP);
        commands.bind(part);
        commands.unbind(part);

        assertEquals("PART  HEALTH  REASON\n0 parts", commands.health());
    }

    private record Part(String name, Status status) implements Health {}
}
