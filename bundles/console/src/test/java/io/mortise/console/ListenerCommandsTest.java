// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.connection.Listener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenerCommandsTest {
    private final ListenerCommands commands = new ListenerCommands();

    @Test
    void shouldListListenersByNameWithTheReasonWhereOneDoesNotListen() {
        commands.bind(new FakeListener("io.mortise.listener.tcp~default", "mqtt", "127.0.0.1:1883", null, 12));
        commands.bind(new FakeListener("com.example.serial", "mqtt", null, "no such device", 0));

        assertEquals("""
                LISTENER            PROTOCOL  ADDRESS         CONNECTIONS  STATE
                com.example.serial  mqtt      -                         0  no such device
                tcp~default         mqtt      127.0.0.1:1883           12  listening
                2 listeners""", commands.listeners());
    }

    @Test
    void shouldForgetAListenerThatLeaves() {
        Listener listener = new FakeListener("io.mortise.listener.tcp~default", "mqtt", "127.0.0.1:1883", null, 12);
        commands.bind(listener);
        commands.unbind(listener);

        assertEquals("LISTENER  PROTOCOL  ADDRESS  CONNECTIONS  STATE\n0 listeners", commands.listeners());
    }

    private record FakeListener(
            String name,
            String protocol,
            @Nullable String address,
            @Nullable String failure,
            int connections) implements Listener {}
}
