// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

/** A part of the broker that can be replaced. */
enum Part {
    CODEC("codec", 50),
    ROUTER("router", 500),
    ENGINE("engine", 500),
    AUTH_OPEN("auth.open", 50),
    AUTH_FILE("auth.file", 50),
    STORE_SQLITE("store.sqlite", 500),
    LISTENER_TCP("listener.tcp", 50),
    LISTENER_WEBSOCKET("listener.websocket", 50),
    WEB_CLIENT("web.client", 0),
    SYS_TOPICS("sys.topics", 0),
    CONSOLE("console", 0),
    SWAP("swap", 0);

    private final String shortName;
    private final int goalMillis;

    Part(String shortName, int goalMillis) {
        this.shortName = shortName;
        this.goalMillis = goalMillis;
    }

    String symbolicName() {
        return "io.mortise." + shortName;
    }

    String shortName() {
        return shortName;
    }

    /** What a message should take at most while it is replaced, in milliseconds; 0 if it is on no message's road. */
    int goalMillis() {
        return goalMillis;
    }
}
