// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** What a beginner sees: the page, in a browser, with MQTT.js. */
public class BrowserIT {
    private static EveryDoor doors;

    @BeforeClass
    public static void start() throws Exception {
        assumeTrue("chromium and chromedriver are not installed", Browser.isInstalled());
        doors = new EveryDoor();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (doors != null) {
            doors.close();
        }
    }

    @Test
    public void shouldConnectSubscribeAndPublishFromThePage() throws Exception {
        for (String protocol : List.of("websocket", "websocket-tls")) {
            boolean encrypted = EveryDoor.isEncrypted(protocol);
            String host = "127.0.0.1:" + doors.port(protocol);
            try (Browser browser = new Browser()) {
                browser.open((encrypted ? "https://" : "http://") + host + "/");
                assertEquals((encrypted ? "wss://" : "ws://") + host + "/mqtt", browser.property("#url", "value"));
                browser.click("#connect-button");
                shows(browser, "#state", "connected");

                browser.type("#filter", "Kitchen/+/Temperature");
                browser.click("#subscribe button");
                shows(browser, "#subscriptions li", "Kitchen/+/Temperature");

                browser.type("#topic", "Kitchen/Fridge/Temperature");
                browser.type("#message", "4.5 °C, \"cold\"");
                browser.click("#publish button");
                shows(browser, "#messages .topic", "Kitchen/Fridge/Temperature");
                assertEquals("4.5 °C, \"cold\"", browser.text("#messages pre"));
                browser.screenshot(Path.of("target", "page-" + protocol + ".png"));

                // Somebody else sees it, and the page sees somebody else.
                assertTrue(String.join("\n", doors.broker().shell("clients")).contains("web-"));
                browser.click("#connect-button");
                shows(browser, "#state", "not connected");
            }
        }
    }

    @Test
    public void shouldSayWhyItCannotConnect() throws Exception {
        try (Browser browser = new Browser()) {
            browser.open("http://127.0.0.1:" + doors.port("websocket") + "/");
            browser.type("#url", "ws://127.0.0.1:" + doors.port("websocket") + "/elsewhere");
            browser.click("#connect-button");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
                    .until(() -> !List.of("connecting", "not connected").contains(browser.text("#state")));
            assertEquals("Connect", browser.text("#connect-button"));
        }
    }

    private static void shows(Browser browser, String selector, String text) {
        Awaitility.await()
                .ignoreExceptionsMatching(notThereYet -> notThereYet instanceof AssertionError)
                .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
                .until(() -> browser.text(selector).contains(text));
    }
}
