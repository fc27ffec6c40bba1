// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.connection.Listener;
import java.lang.ref.WeakReference;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Listeners are replaced while clients are connected through them by TLS and WebSocket, and leave nothing behind. */
public class DoorSwapIT extends FelixBroker {
    private static final String TCP = "io.mortise.listener.tcp";
    private static final String WEB_SOCKET = "io.mortise.listener.websocket";
    private static final String SECOND = "-second";
    private static final String TLS = "io.mortise.tls";

    private void configureTls() throws Exception {
        configurations
                .getFactoryConfiguration(TLS, "swap", "?")
                .update(new Hashtable<>(Map.of(
                        "certificates",
                                new String[] {
                                    EveryDoor.FILES.resolve("server-1.pem").toString()
                                },
                        "keys",
                                new String[] {
                                    EveryDoor.FILES.resolve("server-1.key").toString()
                                })));
    }

    @After
    public void removeConfigurations() throws Exception {
        configurations.getFactoryConfiguration(TLS, "swap", "?").delete();
        closeListener(WEB_SOCKET, SECOND);
        closeListener(TCP, SECOND);
    }

    @Test
    public void shouldKeepClientsOfTlsWhenTheirListenerIsUpdated() throws Exception {
        configureTls();
        int port = openListener(TCP, SECOND, Map.of("port", 0, "tls", "swap"));
        survives(TCP, "ssl://127.0.0.1:" + port);
    }

    @Test
    public void shouldKeepClientsOfWebSocketWhenTheirListenerIsUpdated() throws Exception {
        int port = openListener(WEB_SOCKET, SECOND, Map.of("port", 0, "page", true));
        survives(WEB_SOCKET, "ws://127.0.0.1:" + port + "/mqtt");
    }

    @Test
    public void shouldKeepClientsOfBothWhenTheirListenerIsUpdated() throws Exception {
        configureTls();
        int port = openListener(WEB_SOCKET, SECOND, Map.of("port", 0, "page", true, "tls", "swap"));
        survives(WEB_SOCKET, "wss://127.0.0.1:" + port + "/mqtt");
    }

    @Test
    public void shouldForgetThePageThatWasShown() throws Exception {
        int port = openListener(WEB_SOCKET, SECOND, Map.of("port", 0, "page", true));
        try (Conversation conversation = conversation("ws://127.0.0.1:" + port + "/mqtt")) {
            Bundle page = installed("io.mortise.web.client");
            WeakReference<ClassLoader> old = loaderOf(page);
            update(page);
            conversation.say(20);
            conversation.hearEverything();
            conversation.isUnbroken();
            assertCollected("page", old);
        }
    }

    /** Twice, since the second update meets what the first one left. */
    private void survives(String symbolicName, String uri) throws Exception {
        try (Conversation before = conversation(uri)) {
            for (int round = 0; round < 2; round++) {
                WeakReference<ClassLoader> old = loaderOf(installed(symbolicName));
                before.say(50);
                update(installed(symbolicName));
                before.say(50);
                before.hearEverything();
                before.isUnbroken();
                assertCollected(symbolicName, old);
            }
            // The address is the same: it waited.
            ServiceReference<?>[] listeners =
                    context.getAllServiceReferences(Listener.class.getName(), "(" + Listener.ADDRESS + "=*)");
            String port = uri.replaceFirst(".*:(\\d+).*", ":$1");
            if (List.of(listeners).stream()
                    .noneMatch(each ->
                            String.valueOf(each.getProperty(Listener.ADDRESS)).endsWith(port))) {
                throw new AssertionError("no listener is at " + port);
            }
        }
    }

    private static Conversation conversation(String uri) throws Exception {
        boolean encrypted = uri.startsWith("ssl:") || uri.startsWith("wss:");
        return new Conversation(uri, encrypted ? EveryDoor.encrypting() : null, 1);
    }
}
