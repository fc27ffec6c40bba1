// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.tcp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Listener;
import io.mortise.transport.wire.DoorSettings;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class TcpListenerTest {
    private static final String PID = "io.mortise.listener.tcp~default";

    private record Settings(
            String host,
            int port,
            int backlog,
            int maximum_connections,
            int maximum_packet_size,
            int connect_timeout_millis,
            boolean no_delay)
            implements TcpListener.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return TcpListener.Config.class;
        }
    }

    private record Pid(String service_pid) implements TcpListener.Identity {
        @Override
        public Class<? extends Annotation> annotationType() {
            return TcpListener.Identity.class;
        }
    }

    private final FakeTransport transport = new FakeTransport();
    private final Registry registry = new Registry();

    @Test
    void shouldOpenItsDoorAndSayWhere() {
        TcpListener listener = listener("127.0.0.1", 1883);
        assertEquals(
                Map.of(
                        "mortise.listener.pid", PID,
                        "mortise.listener.protocol", "mqtt",
                        "mortise.listener.address", "127.0.0.1:1883"),
                registry.properties);
        assertEquals(new DoorSettings(PID, 16, 7, 2_048, 500, false), transport.doors.get(0).settings);
        assertEquals(PID, registry.service.name());
        assertEquals("mqtt", registry.service.protocol());
        assertEquals("127.0.0.1:1883", registry.service.address());
        assertNull(registry.service.failure());
        assertEquals(3, registry.service.connections());
        listener.close();
    }

    @Test
    void shouldSayWhichPortWasPicked() {
        TcpListener listener = listener("localhost", 0);
        assertEquals("127.0.0.1:40000", registry.properties.get(Listener.ADDRESS));
        listener.close();
    }

    @Test
    void shouldPutAnIpV6AddressInBrackets() {
        TcpListener listener = listener("::1", 1883);
        assertEquals("[0:0:0:0:0:0:0:1]:1883", registry.properties.get(Listener.ADDRESS));
        listener.close();
    }

    @Test
    void shouldBeGoneBeforeItsDoorIsClosed() {
        TcpListener listener = listener("127.0.0.1", 1883);
        registry.whenUnregistered = () -> assertEquals(false, transport.doors.get(0).closed);
        listener.close();
        assertNull(registry.service);
        assertTrue(transport.doors.get(0).closed);
    }

    @Test
    void shouldSayWhyItsDoorIsNotOpen() {
        transport.failure = "127.0.0.1:1883 cannot be bound: Address already in use";
        TcpListener listener = listener("127.0.0.1", 1883);
        assertEquals(
                Map.of(
                        "mortise.listener.pid", PID,
                        "mortise.listener.protocol", "mqtt",
                        "mortise.listener.failure", "127.0.0.1:1883 cannot be bound: Address already in use"),
                registry.properties);
        assertNull(registry.service.address());
        assertEquals(0, registry.service.connections());
        listener.close();
        assertEquals(0, retryThreads());
    }

    @Test
    void shouldTryUntilTheDoorIsOpen() {
        TcpPort port = new TcpPort(transport, "127.0.0.1", 1883, new DoorSettings(PID, 16, 7, 2_048, 500, false));
        List<String> said = new ArrayList<>();
        transport.failure = "taken";
        assertEquals(false, port.open());
        CountDownLatch changes = new CountDownLatch(2);
        port.keepTrying(1, () -> {
            said.add(port.failure() + " " + port.address());
            changes.countDown();
        });
        await().until(() -> transport.attempts > 3);
        transport.failure = "forbidden";
        await().until(() -> changes.getCount() == 1);
        transport.failure = null;
        await().until(() -> changes.getCount() == 0);
        await().until(() -> retryThreads() == 0);
        assertEquals(List.of("forbidden null", "null 127.0.0.1:1883"), said);
        assertEquals(1, transport.doors.size());
        port.stopTrying();
        port.close();
        assertTrue(transport.doors.get(0).closed);
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        Settings narrow = new Settings("127.0.0.1", 1883, 16, 7, 100, 500, false);
        assertThrows(
                IllegalArgumentException.class,
                () -> new TcpListener(transport, registry.context(), narrow, new Pid(PID)));
        assertNull(registry.service);
    }

    private TcpListener listener(String host, int port) {
        return new TcpListener(
                transport, registry.context(), new Settings(host, port, 16, 7, 2_048, 500, false), new Pid(PID));
    }

    private static long retryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("mortise-retry"))
                .count();
    }

    /** As much of the service registry as a listener sees. */
    private static final class Registry {
        Listener service;
        Map<String, Object> properties = Map.of();
        Runnable whenUnregistered = () -> {};

        BundleContext context() {
            return proxy(BundleContext.class, (method, arguments) -> {
                assertEquals("registerService", method);
                service = (Listener) arguments[1];
                properties = map(arguments[2]);
                return registration();
            });
        }

        private ServiceRegistration<?> registration() {
            return proxy(ServiceRegistration.class, (method, arguments) -> {
                if (method.equals("setProperties")) {
                    properties = map(arguments[0]);
                } else {
                    assertEquals("unregister", method);
                    whenUnregistered.run();
                    service = null;
                }
                return null;
            });
        }

        private static Map<String, Object> map(Object dictionary) {
            Map<String, Object> map = new HashMap<>();
            Dictionary<?, ?> from = (Dictionary<?, ?>) dictionary;
            from.keys().asIterator().forEachRemaining(key -> map.put((String) key, from.get(key)));
            return map;
        }

        private static <T> T proxy(Class<T> type, Call call) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> call.of(method.getName(), arguments)));
        }

        private interface Call {
            Object of(String method, Object[] arguments);
        }
    }
}
