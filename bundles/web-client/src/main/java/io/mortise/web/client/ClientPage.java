// SPDX-License-Identifier: Apache-2.0
package io.mortise.web.client;

import io.mortise.api.connection.WebPage;
import io.mortise.api.protocol.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The page, as it is in this bundle. Immutable; any thread. */
@Component
public final class ClientPage implements WebPage {
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Resource> resources;

    @Activate
    public ClientPage() throws IOException {
        resources = Map.of(
                "/", resource("index.html", "text/html; charset=utf-8"),
                "/style.css", resource("style.css", "text/css; charset=utf-8"),
                "/client.js", resource("client.js", JAVASCRIPT),
                "/mqtt.min.js", resource("mqtt.min.js", JAVASCRIPT),
                "/icon.svg", resource("icon.svg", "image/svg+xml"));
    }

    @Override
    public Map<String, Resource> resources() {
        return resources;
    }

    private static Resource resource(String name, String mediaType) throws IOException {
        try (InputStream in = ClientPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not in this bundle");
            }
            return new Resource(mediaType, Payload.owning(in.readAllBytes()));
        }
    }
}
