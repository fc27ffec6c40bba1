// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** By which of the broker's addresses a client may come in without proof of who it is. Any thread. */
enum Anonymous {
    /** By those that only this machine can reach. */
    LOOPBACK("loopback"),
    /** By all. */
    ANYWHERE("anywhere");

    /** The key that asks for one or the other. */
    static final String KEY = "anonymous";

    private final String value;

    Anonymous(String value) {
        this.value = value;
    }

    /**
     * What a configuration asks for.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Anonymous of(String value) {
        for (Anonymous anonymous : values()) {
            if (anonymous.value.equals(value)) {
                return anonymous;
            }
        }
        throw new IllegalArgumentException(
                OpenAuthenticator.PID + ": " + KEY + " is " + LOOPBACK + " or " + ANYWHERE + ", got '" + value + "'");
    }

    /** Whether a client may come in by this address. */
    boolean admits(SocketAddress localAddress) {
        if (this == ANYWHERE || !(localAddress instanceof InetSocketAddress internet)) {
            return true; // what is no internet address is reached from inside this machine or this process only
        }
        InetAddress address = internet.getAddress();
        return address != null && address.isLoopbackAddress();
    }

    /** As it is written in a configuration. */
    @Override
    public String toString() {
        return value;
    }
}
