// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.websocket;

import io.mortise.api.connection.Listener;
import io.mortise.api.connection.WebPage;
import io.mortise.transport.wire.ConnectionRate;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.ListeningPort;
import io.mortise.transport.wire.SocketSettings;
import io.mortise.transport.wire.Transport;
import io.mortise.transport.wire.Versions;
import io.mortise.transport.wire.WebSocketSettings;
import java.net.InetSocketAddress;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * One configuration, one port that speaks MQTT over WebSocket, and shows a page if it may and there is one.
 *
 * <p>Any thread. A changed configuration makes a new one; the connections that came in belong to the transport and stay,
 * unless the configuration is deleted. The {@link Listener} service is there while this is, whether the address could be
 * bound or not, and says so in its properties.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.mortise.listener.websocket",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WebSocketListener.Config.class, factory = true)
public final class WebSocketListener {

    /** Declarative Services, 112.5.16: why a component ends; any other reason is one from which it comes back. */
    static final int CONFIGURATION_DELETED = 4;

    /** What is configured. */
    @ObjectClassDefinition(
            name = "MQTT over WebSocket",
            description =
                    "A port that speaks MQTT over WebSocket. Connections that are established survive a change; they"
                            + " are closed when the configuration is deleted.")
    @interface Config {
        @AttributeDefinition(
                description = "Host name or IP address to listen on; 0.0.0.0 for all of IPv4, :: for all there are")
        String host() default "127.0.0.1";

        @AttributeDefinition(description = "Port to listen on; 0 picks a free one", min = "0", max = "65535")
        int port() default 8083;

        @AttributeDefinition(description = "Path on which MQTT is spoken")
        String path() default "/mqtt";

        @AttributeDefinition(
                description = "Origins of the pages from which browsers may connect, as https://example.org; * for any."
                        + " Pages of this listener may without being listed, if they are asked for by IP address"
                        + " or as localhost")
        String[] origins() default {};

        @AttributeDefinition(
                description = "Whether the page of the bundle web-client is shown to browsers, if that bundle is there")
        boolean page() default false;

        @AttributeDefinition(
                description =
                        "Whether messages may be compressed (permessage-deflate); takes up to 300 KiB for a connection."
                                + " What a client compressed may become as large as maximum.packet.size")
        boolean compression() default false;

        @AttributeDefinition(
                description = "Name of the TLS configuration by which connections are encrypted (wss): that of"
                        + " io.mortise.tls~NAME; empty for none")
        String tls() default "";

        @AttributeDefinition(
                description = "Connections that may wait to be accepted; the system may allow fewer",
                min = "1",
                max = "65535")
        int backlog() default 1_024;

        @AttributeDefinition(
                description = "Connections that may be open at a time; further ones are closed at once",
                min = "1",
                max = "10000000")
        int maximum_connections() default 100_000;

        @AttributeDefinition(
                description = "Connections that are accepted in a second on average; further ones are closed at once",
                min = "1",
                max = "10000000")
        int maximum_connection_rate() default 5_000;

        @AttributeDefinition(
                description = "Connections that are accepted at once after a quiet while, whatever the rate",
                min = "1",
                max = "10000000")
        int maximum_connection_burst() default 10_000;

        @AttributeDefinition(
                description =
                        "Largest packet that is let in, in bytes, fixed header included; a frame of WebSocket may be as"
                                + " large, and 65536 at least",
                min = "1024",
                max = "268435460")
        int maximum_packet_size() default 1_048_576;

        @AttributeDefinition(
                description = "Milliseconds that a client may take from the connection to its whole CONNECT",
                min = "100",
                max = "600000")
        int connect_timeout_millis() default 10_000;

        @AttributeDefinition(
                description = "Versions of MQTT that are spoken here",
                options = {
                    @Option(label = "MQTT 3.1", value = "3.1"),
                    @Option(label = "MQTT 3.1.1", value = "3.1.1"),
                    @Option(label = "MQTT 5.0", value = "5.0")
                })
        String[] versions() default {"3.1", "3.1.1", "5.0"};

        @AttributeDefinition(
                description =
                        "IP addresses and networks (10.0.0.0/8) of proxies: connections from there begin with a header"
                                + " of the PROXY protocol, version 1 or 2, that says who connects; from elsewhere none is"
                                + " understood")
        String[] proxies() default {};

        @AttributeDefinition(description = "Whether small packets leave at once (TCP_NODELAY)")
        boolean no_delay() default true;

        @AttributeDefinition(
                description = "Whether the system asks silent peers if they are still there (SO_KEEPALIVE)")
        boolean keep_alive() default true;
    }

    /** What Configuration Admin adds. */
    @interface Identity {
        String service_pid();
    }

    private final Config config;
    private final DoorSettings settings;
    private final ListeningPort port;
    private final ServiceRegistration<Listener> registration;
    private @Nullable WebPage page; // guarded by this

    @Activate
    public WebSocketListener(@Reference Transport transport, BundleContext context, Config config, Identity identity) {
        this.config = config;
        settings = DoorSettings.of(identity.service_pid())
                .with(new SocketSettings(config.backlog(), config.no_delay(), config.keep_alive()))
                .with(new DoorLimits(
                        config.maximum_connections(),
                        config.maximum_packet_size(),
                        config.connect_timeout_millis(),
                        Versions.named(config.versions())))
                .with(new ConnectionRate(config.maximum_connection_rate(), config.maximum_connection_burst()))
                .behind(List.of(config.proxies()))
                .encryptedBy(config.tls())
                .with(webSocket(Map.of()));
        port = new ListeningPort(
                transport,
                config.tls().isEmpty() ? "websocket" : "websocket-tls",
                () -> new InetSocketAddress(config.host(), config.port()),
                settings);
        boolean open = port.open();
        registration = context.registerService(Listener.class, port, properties());
        if (!open) {
            port.keepTrying(ListeningPort.RETRY_MILLIS, () -> registration.setProperties(properties()));
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindPage(WebPage next) {
        page = next;
        show(config.page() ? next.resources() : Map.of());
    }

    synchronized void unbindPage(WebPage gone) {
        if (page == gone) {
            page = null;
            show(Map.of());
        }
    }

    @Deactivate
    void close(int reason) {
        port.stopTrying();
        registration.unregister();
        if (reason == CONFIGURATION_DELETED) {
            port.close();
        } else {
            port.leave();
        }
    }

    /** Those who are connected do not notice. */
    private void show(Map<String, WebPage.Resource> resources) {
        if (config.page()) {
            port.change(settings.with(webSocket(resources)));
        }
    }

    private WebSocketSettings webSocket(Map<String, WebPage.Resource> resources) {
        return new WebSocketSettings(config.path(), Set.of(config.origins()), config.compression(), resources);
    }

    private Dictionary<String, Object> properties() {
        return new Hashtable<>(port.properties());
    }
}
