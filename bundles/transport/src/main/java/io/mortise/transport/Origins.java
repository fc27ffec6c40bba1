// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From which pages a browser may connect: a browser carries the user into places that strangers cannot reach, a broker on
 * loopback say, and says in Origin whose page asks for it (RFC 6455, 10.2).
 *
 * @param allowed the origins that are allowed, {@code https://example.org}; {@code *} is any
 */
record Origins(Set<String> allowed) {

    /**
     * Whether a client may connect.
     *
     * <p>Who is no browser says no origin. A page of this listener itself may, if it was asked for by an address or as
     * localhost: any other name may be made to stand for this machine by whoever owns it, and has to be listed.
     */
    boolean admit(@Nullable String origin, @Nullable String host, boolean encrypted) {
        if (origin == null || allowed.contains("*") || allowed.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        String own = (encrypted ? "https://" : "http://") + host;
        return host != null && origin.equalsIgnoreCase(own) && isNoName(host);
    }

    private static boolean isNoName(String host) {
        int port = host.lastIndexOf(':');
        String address = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
        return address.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(address)
                || address.startsWith("[") && address.endsWith("]") && NetUtil.isValidIpV6Address(address);
    }

    /** As it can be said back: the one who asks chose it. */
    static String printable(@Nullable String origin) {
        return String.valueOf(origin).replaceAll("[^\\x21-\\x7E]", "?");
    }
}
