// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Writes addresses as people do: {@code 127.0.0.1:1883}, {@code [::1]:1883}. */
final class Addresses {

    private Addresses() {}

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return address.toString();
    }
}
