// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.health.Ledger.Entry;
import io.mortise.api.protocol.Qos;
import io.mortise.api.routing.Router;
import io.mortise.api.store.SessionStore;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeterTest {
    private final Meter meter = new Meter(7);

    @Test
    void shouldCountWhatIsAskedUntilItIsAnswered() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        assertSame(answer, meter.ask(() -> answer));
        assertEquals(1, meter.entry().waiting());
        answer.complete("yes");
        Entry entry = meter.entry();
        assertEquals(List.of(1L, 0L, 0L), List.of(entry.calls(), entry.errors(), entry.waiting()));
        assertTrue(entry.nanos() > 0);
    }

    @Test
    void shouldCountWhatFails() {
        assertThrows(
                IllegalStateException.class,
                () -> meter.ask(() -> {
                    throw new IllegalStateException("broken on purpose");
                }));
        meter.ask(() -> CompletableFuture.failedStage(new IllegalStateException("broken on purpose")));
        meter.ask(() -> CompletableFuture.<@Nullable String>completedStage(null));
        CompletableFuture<String> later = new CompletableFuture<>();
        meter.ask(() -> later);
        later.completeExceptionally(new IllegalStateException("broken on purpose"));
        assertThrows(
                IllegalStateException.class,
                () -> meter.run(() -> {
                    throw new IllegalStateException("broken on purpose");
                }));
        meter.run(() -> {});
        Entry entry = meter.entry();
        assertEquals(List.of(6L, 5L, 0L), List.of(entry.calls(), entry.errors(), entry.waiting()));
    }

    @Test
    void shouldEstimateTheTimeOfFrequentCalls() {
        for (int i = 0; i < 10_000; i++) {
            meter.ended(meter.begin());
        }
        assertEquals(10_000, meter.entry().calls());
        assertTrue(meter.entry().nanos() > 0, "one of so many is timed");
    }

    @Test
    void shouldKeepNothingOfAServiceThatHasGone() {
        Meters meters = new Meters();
        Map<String, Object> properties = Map.of("service.bundleid", 7L);
        Authenticator service = attempt -> new CompletableFuture<>();
        Authenticator instead = MeteredAuth.authenticator(service, meters.of(properties));
        assertSame(instead, meters.put(Authenticator.class, service, instead));
        assertSame(instead, meters.take(Authenticator.class, service));
        assertSame(service, meters.take(Authenticator.class, service), "it is forgotten");
        assertSame(meters.of(properties), meters.of(properties));
        assertNotSame(meters.of(properties), meters.of(Map.of("service.bundleid", 8L)));
        assertEquals(Map.of(8L, Entry.NONE), meters.entries(bundle -> bundle == 8));
    }

    /** One object may be both. */
    @Test
    void shouldTellTheInterfacesOfAServiceApart() {
        interface Both extends Authenticator, Authorizer {}
        Both both = proxy(Both.class, (method, arguments) -> null);
        Meters meters = new Meters();
        Authenticator authenticator = MeteredAuth.authenticator(both, meter);
        Authorizer authorizer = MeteredAuth.authorizer(both, meter);
        meters.put(Authenticator.class, both, authenticator);
        meters.put(Authorizer.class, both, authorizer);
        assertSame(authorizer, meters.take(Authorizer.class, both));
        assertSame(authenticator, meters.take(Authenticator.class, both));
    }

    /** Whatever a store is told it is told once, with what was said, and whatever it says is passed on. */
    @ParameterizedTest
    @ValueSource(classes = {SessionStore.class, Router.class})
    void shouldPassEverythingOn(Class<?> type) throws Exception {
        List<String> asked = new ArrayList<>();
        Object answer = CompletableFuture.completedFuture(List.of());
        Object service = proxy(type, (method, arguments) -> {
            asked.add(method.getName());
            Class<?> returned = method.getReturnType();
            return returned == CompletionStage.class
                    ? answer
                    : returned == boolean.class
                            ? true
                            : returned == int.class ? 5 : returned == String.class ? "text" : null;
        });
        Object metered = type == Router.class
                ? new MeteredRouter((Router) service, meter, 0)
                : new MeteredSessionStore((SessionStore) service, meter);
        int counted = 0;
        for (Method method : type.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            asked.clear();
            long before = meter.entry().calls();
            Object[] arguments = Stream.of(method.getParameterTypes())
                    .map(parameter ->
                            parameter == int.class ? (Object) 1 : parameter == long.class ? (Object) 1L : null)
                    .toArray();
            Object said = method.invoke(metered, arguments);
            assertEquals(List.of(method.getName()), asked);
            assertTrue(method.getReturnType() == void.class || said != null, method.getName());
            counted += (int) (meter.entry().calls() - before);
        }
        assertEquals(type == Router.class ? 4 : 12, counted);
        assertEquals(0, meter.entry().errors());
    }

    @Test
    void shouldCountTheFaultsOfARouter() {
        Router broken = new MeteredRouter(
                proxy(Router.class, (method, arguments) -> {
                    throw new IllegalStateException("broken on purpose");
                }),
                meter,
                0);
        assertThrows(
                IllegalStateException.class,
                () -> broken.route(TestClient.message("a", "m", Qos.AT_MOST_ONCE, false), null));
        assertEquals(1, meter.entry().errors());
    }

    private interface Answer {
        @Nullable
        Object to(Method method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                MeterTest.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.to(method, arguments)));
    }
}
