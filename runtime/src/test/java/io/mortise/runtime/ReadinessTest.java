// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.Listener;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

class ReadinessTest {

    private static final String PID = "io.mortise.listener.tcp~default";

    @TempDir
    Path storage;

    private Framework framework;
    private BundleContext context;
    private Readiness readiness;

    @BeforeEach
    void start() throws Exception {
        framework = EmbeddedFramework.create(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        context = framework.getBundleContext();
        readiness = new Readiness(context, Set.of(PID));
    }

    @AfterEach
    void stop() throws Exception {
        readiness.close();
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void shouldNameWhatIsMissing() throws InterruptedException {
        Readiness.State state = readiness.await(Duration.ZERO);

        assertFalse(state.isDecided());
        assertEquals(
                List.of("there is no service io.mortise.api.connection.Broker", PID + " does not listen yet"),
                state.missing());
    }

    @Test
    void shouldBeReadyOnceTheBrokerAndEachConfiguredListenerAreThere() throws Exception {
        CompletableFuture<Readiness.State> awaited = CompletableFuture.supplyAsync(this::awaitLong);
        register(Listener.class, Map.of(Listener.PID, PID, Listener.PROTOCOL, "mqtt", Listener.ADDRESS, "[::1]:1883"));
        assertFalse(readiness.await(Duration.ZERO).isDecided());
        register(Broker.class, Map.of());

        Readiness.State state = awaited.get(30, TimeUnit.SECONDS);

        assertTrue(state.isDecided());
        assertEquals(List.of(), state.missing());
        assertEquals(List.of("mqtt=[::1]:1883"), state.addresses());
    }

    @Test
    void shouldNotWaitForTheRestWhenAListenerHasFailed() throws InterruptedException {
        register(Listener.class, Map.of(Listener.PID, PID, Listener.PROTOCOL, "mqtt", Listener.FAILURE, "in use"));

        Readiness.State state = readiness.await(Duration.ofSeconds(30));

        assertTrue(state.isDecided());
        assertEquals(Map.of(PID, "in use"), state.failures());
    }

    @Test
    void shouldIgnoreAListenerThatNobodyConfigured() throws InterruptedException {
        register(Broker.class, Map.of());
        register(Listener.class, Map.of(Listener.PID, "other", Listener.PROTOCOL, "x", Listener.FAILURE, "in use"));

        assertEquals(
                List.of(PID + " does not listen yet"),
                readiness.await(Duration.ZERO).missing());
    }

    private Readiness.State awaitLong() {
        try {
            return readiness.await(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody calls the service; that it is there is all that counts. */
    private <T> void register(Class<T> type, Map<String, String> properties) {
        T service = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
        context.registerService(type, service, new Hashtable<>(properties));
    }
}
