// SPDX-License-Identifier: Apache-2.0
package io.mortise.web.client;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.WebPage;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClientPageTest {

    @Test
    void shouldHaveEverythingThatThePageRefersTo() throws Exception {
        Map<String, WebPage.Resource> resources = new ClientPage().resources();
        WebPage.Resource page = resources.get("/");
        assertNotNull(page);
        Matcher reference = Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(page.content().toText());
        int count = 0;
        while (reference.find()) {
            assertNotNull(resources.get("/" + reference.group(1)), reference.group(1));
            count++;
        }
        assertTrue(count >= 4);
    }

    @Test
    void shouldHaveMqttJs() throws Exception {
        String library =
                new ClientPage().resources().get("/mqtt.min.js").content().toText();
        assertTrue(library.contains("connectAsync"));
        assertNotNull(ClientPage.class.getResource("/META-INF/mqtt.js/LICENSE.md"));
    }
}
