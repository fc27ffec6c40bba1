// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Listener;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.transport.wire.ConnectionRate;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.SocketSettings;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class TcpListenerTest {
    private static final String PID = "io.mortise.listener.tcp~default";

    private static final String[] VERSIONS = {"3.1.1", "5.0"};
    private static final String[] PROXIES = {"10.0.0.0/8"};
    private static final int BUNDLE_STOPPED = 6;

    private record Settings(
            String host,
            int port,
            String unix_socket,
            String tls,
            int backlog,
            int maximum_connections,
            int maximum_connection_rate,
            int maximum_connection_burst,
            int maximum_packet_size,
            int connect_timeout_millis,
            String[] versions,
            String[] proxies,
            boolean no_delay,
            boolean keep_alive)
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
                        "mortise.listener.protocol", "mqtt-tls",
                        "mortise.listener.address", "127.0.0.1:1883"),
                registry.properties);
        assertEquals(
                DoorSettings.of(PID)
                        .with(new SocketSettings(16, false, true))
                        .with(new DoorLimits(
                                7, 2_048, 500, EnumSet.of(ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5)))
                        .with(new ConnectionRate(8, 9))
                        .behind(List.of("10.0.0.0/8"))
                        .encryptedBy("web"),
                transport.doors.get(0).settings);
        assertEquals(PID, registry.service.name());
        assertEquals("mqtt-tls", registry.service.protocol());
        assertEquals("127.0.0.1:1883", registry.service.address());
        assertNull(registry.service.failure());
        assertEquals(3, registry.service.connections());
        listener.close(BUNDLE_STOPPED);
    }

    @Test
    void shouldSayWhichPortWasPicked() {
        TcpListener listener = listener("localhost", 0);
        assertEquals("127.0.0.1:40000", registry.properties.get(Listener.ADDRESS));
        listener.close(BUNDLE_STOPPED);
    }

    @Test
    void shouldPutAnIpV6AddressInBrackets() {
        TcpListener listener = listener("::1", 1883);
        assertEquals("[0:0:0:0:0:0:0:1]:1883", registry.properties.get(Listener.ADDRESS));
        listener.close(BUNDLE_STOPPED);
    }

    @Test
    void shouldLeaveItsDoorWhenItWillBeBackAndCloseItWhenItIsRemoved() {
        TcpListener stopped = listener("127.0.0.1", 1883);
        registry.whenUnregistered = () -> assertFalse(transport.doors.get(0).left);
        stopped.close(BUNDLE_STOPPED);
        assertNull(registry.service);
        assertTrue(transport.doors.get(0).left);
        assertFalse(transport.doors.get(0).closed);

        registry.whenUnregistered = () -> {};
        TcpListener removed = listener("127.0.0.1", 1883);
        removed.close(TcpListener.CONFIGURATION_DELETED);
        assertTrue(transport.doors.get(1).closed);
        assertFalse(transport.doors.get(1).left);
    }

    @Test
    void shouldSayWhyItsDoorIsNotOpen() {
        transport.failure = "127.0.0.1:1883 cannot be bound: Address already in use";
        TcpListener listener = listener("127.0.0.1", 1883);
        assertEquals(
                Map.of(
                        "mortise.listener.pid", PID,
                        "mortise.listener.protocol", "mqtt-tls",
                        "mortise.listener.failure", "127.0.0.1:1883 cannot be bound: Address already in use"),
                registry.properties);
        assertNull(registry.service.address());
        assertEquals(0, registry.service.connections());
        listener.close(BUNDLE_STOPPED);
        assertEquals(0, retryThreads());
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        Settings narrow =
                new Settings("127.0.0.1", 1883, "", "", 16, 7, 8, 9, 100, 500, VERSIONS, PROXIES, false, true);
        assertThrows(
                IllegalArgumentException.class,
                () -> new TcpListener(transport, registry.context(), narrow, new Pid(PID)));
        assertNull(registry.service);
    }

    private TcpListener listener(String host, int port) {
        return new TcpListener(
                transport,
                registry.context(),
                new Settings(host, port, "", "web", 16, 7, 8, 9, 2_048, 500, VERSIONS, PROXIES, false, true),
                new Pid(PID));
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
