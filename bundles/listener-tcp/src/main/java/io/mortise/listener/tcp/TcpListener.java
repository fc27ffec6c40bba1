// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.tcp;

import io.mortise.api.connection.Listener;
import io.mortise.transport.wire.ConnectionRate;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.ListeningPort;
import io.mortise.transport.wire.SocketSettings;
import io.mortise.transport.wire.Transport;
import io.mortise.transport.wire.Versions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * One configuration, one port that speaks MQTT over TCP.
 *
 * <p>Any thread. A changed configuration makes a new one; the connections that came in belong to the transport and
 * stay, unless the configuration is deleted. The {@link Listener} service is there while this is, whether the address
 * could be bound or not, and says so in its properties.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.mortise.listener.tcp",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TcpListener.Config.class, factory = true)
public final class TcpListener {

    /** Declarative Services, 112.5.16: why a component ends; any other reason is one from which it comes back. */
    static final int CONFIGURATION_DELETED = 4;

    /** What is configured. */
    @ObjectClassDefinition(
            name = "MQTT over TCP",
            description =
                    "A port that speaks MQTT. Connections that are established survive a change; they are closed when"
                            + " the configuration is deleted.")
    @interface Config {
        @AttributeDefinition(
                description = "Host name or IP address to listen on; 0.0.0.0 for all of IPv4, :: for all there are")
        String host() default "127.0.0.1";

        @AttributeDefinition(description = "Port to listen on; 0 picks a free one", min = "0", max = "65535")
        int port() default 1883;

        @AttributeDefinition(
                description =
                        "Path of a Unix domain socket to listen on in the place of host and port; only the owner of the"
                                + " broker's process may connect until chmod says otherwise. Empty for none")
        String unix_socket() default "";

        @AttributeDefinition(
                description =
                        "Name of the TLS configuration by which connections are encrypted: that of io.mortise.tls~NAME;"
                                + " empty for none")
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
                description = "Largest packet that is let in, in bytes, fixed header included",
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

    private final ListeningPort port;
    private final ServiceRegistration<Listener> registration;

    @Activate
    public TcpListener(@Reference Transport transport, BundleContext context, Config config, Identity identity) {
        DoorSettings settings = DoorSettings.of(identity.service_pid())
                .with(new SocketSettings(config.backlog(), config.no_delay(), config.keep_alive()))
                .with(new DoorLimits(
                        config.maximum_connections(),
                        config.maximum_packet_size(),
                        config.connect_timeout_millis(),
                        Versions.named(config.versions())))
                .with(new ConnectionRate(config.maximum_connection_rate(), config.maximum_connection_burst()))
                .behind(List.of(config.proxies()))
                .encryptedBy(config.tls());
        port = new ListeningPort(
                transport, config.tls().isEmpty() ? "mqtt" : "mqtt-tls", () -> address(config), settings);
        boolean open = port.open();
        registration = context.registerService(Listener.class, port, properties());
        if (!open) {
            port.keepTrying(ListeningPort.RETRY_MILLIS, () -> registration.setProperties(properties()));
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

    private static SocketAddress address(Config config) {
        return config.unix_socket().isEmpty()
                ? new InetSocketAddress(config.host(), config.port())
                : UnixDomainSocketAddress.of(config.unix_socket());
    }

    private Dictionary<String, Object> properties() {
        return new Hashtable<>(port.properties());
    }
}
