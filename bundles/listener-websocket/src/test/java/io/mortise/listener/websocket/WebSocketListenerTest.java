// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.connection.Listener;
import io.mortise.api.connection.WebPage;
import io.mortise.api.protocol.Payload;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.WebSocketSettings;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class WebSocketListenerTest {
    private static final String PID = "io.mortise.listener.websocket~default";
    private static final int BUNDLE_STOPPED = 6;
    private static final Map<String, WebPage.Resource> PAGE =
            Map.of("/", new WebPage.Resource("text/html", Payload.of("hello")));

    private final List<DoorSettings> opened = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private Dictionary<?, ?> properties;

    @Test
    void shouldOpenADoorThatSpeaksWebSocket() {
        WebSocketListener listener = listener(Map.of("tls", "", "page", false));
        assertEquals(
                new WebSocketSettings("/mqtt", Set.of("https://example.org"), false, Map.of()),
                opened.get(0).webSocket());
        assertEquals("websocket", properties.get(Listener.PROTOCOL));
        assertEquals("127.0.0.1:8083", properties.get(Listener.ADDRESS));
        listener.bindPage(() -> PAGE); // which it may not show
        assertEquals(1, opened.size());
        listener.close(BUNDLE_STOPPED);
        assertEquals(List.of("left"), ended);
    }

    @Test
    void shouldShowThePageWhileItIsThere() {
        WebSocketListener listener = listener(Map.of("tls", "web", "page", true));
        assertEquals("websocket-tls", properties.get(Listener.PROTOCOL));
        assertEquals("web", opened.get(0).tls());
        WebPage first = () -> PAGE;
        WebPage second = () -> PAGE;
        listener.bindPage(first);
        listener.bindPage(second);
        listener.unbindPage(first); // another one has taken its place
        listener.unbindPage(second);
        assertEquals(
                List.of(Map.of(), PAGE, PAGE, Map.of()),
                opened.stream()
                        .map(settings -> settings.webSocket().resources())
                        .toList());
        listener.close(WebSocketListener.CONFIGURATION_DELETED);
        assertEquals(List.of("closed"), ended);
    }

    @Test
    void shouldRefuseAPathThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> listener(Map.of("tls", "", "page", false, "path", "mqtt")));
    }

    private WebSocketListener listener(Map<String, Object> differing) {
        WebSocketListener.Config config = annotation(WebSocketListener.Config.class, name -> switch (name) {
            case "origins" -> new String[] {"https://example.org"};
            default -> differing.get(name);
        });
        WebSocketListener.Identity identity = annotation(WebSocketListener.Identity.class, name -> PID);
        return new WebSocketListener(this::open, context(), config, identity);
    }

    private CompletionStage<Door> open(SocketAddress address, DoorSettings settings) {
        opened.add(settings);
        return CompletableFuture.completedFuture(new Door() {
            @Override
            public SocketAddress address() {
                return new InetSocketAddress("127.0.0.1", 8083);
            }

            @Override
            public int connections() {
                return 0;
            }

            @Override
            public void leave() {
                ended.add("left");
            }

            @Override
            public void close() {
                ended.add("closed");
            }
        });
    }

    private interface Values {
        Object of(String name);
    }

    /** What is not given is at its default. */
    private static <T extends Annotation> T annotation(Class<T> type, Values values) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, none) -> {
            Object value = values.of(method.getName());
            return value != null ? value : method.getDefaultValue();
        }));
    }

    private BundleContext context() {
        ServiceRegistration<?> registration = (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServiceRegistration.class},
                (proxy, method, arguments) -> null);
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    properties = (Dictionary<?, ?>) arguments[2];
                    return registration;
                });
    }
}
