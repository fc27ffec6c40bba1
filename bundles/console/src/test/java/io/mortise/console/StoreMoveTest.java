// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.connection.BrokerAdmin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreMoveTest {
    private final List<String> asked = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final StoreMove command = new StoreMove(proxy(BrokerAdmin.class, arguments -> {
        asked.add(arguments[0] + " " + arguments[1] + " " + arguments[2]);
        @SuppressWarnings("unchecked")
        Consumer<String> progress = (Consumer<String>) arguments[3];
        progress.accept("half of it");
        return "all of it";
    }));
    private final CommandSession session = proxy(CommandSession.class, arguments -> new PrintStream(printed, true));

    private interface Answer {
        Object to(Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> answer.to(arguments)));
    }

    private Object execute(String line) throws Exception {
        return command.execute(session, List.of((Object[]) line.split(" ")));
    }

    @Test
    void shouldMoveAndSayHowFarItIs() throws Exception {
        assertEquals("all of it", execute("sqlite memory"));
        assertEquals("all of it", execute("--replace memory sqlite"));
        assertEquals(List.of("sqlite memory false", "memory sqlite true"), asked);
        assertEquals(
                List.of("half of it", "half of it"), printed.toString().lines().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "sqlite memory other", "--force sqlite memory", "--replace sqlite"})
    void shouldSayWhatIsExpected(String line) {
        assertEquals(
                StoreMove.USAGE,
                assertThrows(IllegalArgumentException.class, () -> execute(line))
                        .getMessage());
        assertEquals(List.of(), asked);
    }

    @Test
    void shouldSayThatTheEngineIsAway() {
        assertThrows(IllegalStateException.class, () -> new StoreMove().execute(session, List.of("sqlite", "memory")));
    }
}
