// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.connection.WebPage;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How WebSocket is spoken (RFC 6455; MQTT 5.0, 6).
 *
 * @param path where MQTT is, {@code /mqtt}
 * @param origins the pages from which a browser may connect, besides those of this listener itself: {@code
 *     https://example.org}; {@code *} is any
 * @param compression whether messages may be compressed (permessage-deflate), at a cost of about 300 KiB a connection
 * @param resources what else is shown, by path
 */
public record WebSocketSettings(
        String path, Set<String> origins, boolean compression, Map<String, WebPage.Resource> resources) {

    /** Copies the collections, and refuses a path that is none. */
    public WebSocketSettings {
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("path: / and what follows it expected, as in /mqtt, got " + path);
        }
        Set<String> lower = new HashSet<>();
        origins.forEach(origin -> lower.add(origin.toLowerCase(Locale.ROOT)));
        origins = Set.copyOf(lower);
        resources = Map.copyOf(resources);
    }

    WebSocketSettings withoutPages() {
        return new WebSocketSettings(path, origins, compression, Map.of());
    }
}
