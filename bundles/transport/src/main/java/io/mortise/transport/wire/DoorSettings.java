// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes for every connection that comes in by one door: values only, so that nothing of a listener stays behind with the
 * connections that it let in. Begin with {@link #of} and change what differs.
 *
 * @param listener the name of the listener
 * @param sockets how its sockets are set
 * @param limits what the door lets in
 * @param rate how fast it lets it in
 * @param proxies IP addresses and networks from which a connection begins with a header of the PROXY protocol that says who
 *     connects; from anywhere else no such header is understood
 * @param tls the name of the TLS configuration by which connections are encrypted; {@code null} if they are not
 * @param webSocket how WebSocket is spoken; {@code null} if MQTT stands on the bare connection
 */
public record DoorSettings(
        String listener,
        SocketSettings sockets,
        DoorLimits limits,
        ConnectionRate rate,
        List<String> proxies,
        @Nullable String tls,
        @Nullable WebSocketSettings webSocket) {

    /** Copies the list. */
    public DoorSettings {
        proxies = List.copyOf(proxies);
    }

    /** A door of this listener with everything at its default. */
    public static DoorSettings of(String listener) {
        return new DoorSettings(
                listener, SocketSettings.DEFAULT, DoorLimits.DEFAULT, ConnectionRate.DEFAULT, List.of(), null, null);
    }

    /** The same with these sockets. */
    public DoorSettings with(SocketSettings other) {
        return new DoorSettings(listener, other, limits, rate, proxies, tls, webSocket);
    }

    /** The same with these limits. */
    public DoorSettings with(DoorLimits other) {
        return new DoorSettings(listener, sockets, other, rate, proxies, tls, webSocket);
    }

    /** The same at this rate. */
    public DoorSettings with(ConnectionRate other) {
        return new DoorSettings(listener, sockets, limits, other, proxies, tls, webSocket);
    }

    /** The same behind these proxies. */
    public DoorSettings behind(List<String> others) {
        return new DoorSettings(listener, sockets, limits, rate, others, tls, webSocket);
    }

    /** The same, encrypted by the TLS configuration of this name; an empty name is none. */
    public DoorSettings encryptedBy(String name) {
        return new DoorSettings(listener, sockets, limits, rate, proxies, name.isEmpty() ? null : name, webSocket);
    }

    /** The same, with WebSocket. */
    public DoorSettings with(WebSocketSettings other) {
        return new DoorSettings(listener, sockets, limits, rate, proxies, tls, other);
    }

    /** The same without what is shown to browsers: a connection that came in needs it no more. */
    public DoorSettings withoutPages() {
        return webSocket == null || webSocket.resources().isEmpty() ? this : with(webSocket.withoutPages());
    }
}
