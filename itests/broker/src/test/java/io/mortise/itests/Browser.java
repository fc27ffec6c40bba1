// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A headless Chromium, by the WebDriver protocol. */
final class Browser implements AutoCloseable {
    private static final Pattern ELEMENT = Pattern.compile("\"element-[0-9a-f-]+\":\"([^\"]+)\"");
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1200,900");

    private final Path profile = Files.createTempDirectory("mortise-browser");
    private final HttpClient http = HttpClient.newHttpClient();
    private final Command driver;
    private final String session;

    Browser() throws IOException, InterruptedException {
        driver = new Command("chromedriver", "--port=0");
        try {
            String started = driver.line(line -> line.contains("started successfully on port"));
            String root = "http://127.0.0.1:" + started.replaceFirst(".*on port (\\d+).*", "$1") + "/session";
            String flags = Stream.concat(FLAGS.stream(), Stream.of("--user-data-dir=" + profile))
                    .map(Browser::json)
                    .collect(Collectors.joining(","));
            // Certificates of the tests are signed by nobody whom a browser knows.
            String answer = call(
                    "POST",
                    root,
                    "{\"capabilities\":{\"alwaysMatch\":{\"acceptInsecureCerts\":true,\"goog:chromeOptions\":{\"args\":["
                            + flags + "]}}}}");
            session = root + "/" + answer.replaceFirst(".*\"sessionId\":\"([^\"]+)\".*", "$1");
        } catch (IOException | InterruptedException | RuntimeException | Error failure) {
            driver.close();
            throw failure;
        }
    }

    static boolean isInstalled() {
        return Command.exists("chromedriver") && Command.exists("chromium");
    }

    void open(String url) throws IOException, InterruptedException {
        call("POST", session + "/url", "{\"url\":" + json(url) + "}");
    }

    void click(String selector) throws IOException, InterruptedException {
        call("POST", element(selector) + "/click", "{}");
    }

    /** Types this in the place of what is there. */
    void type(String selector, String text) throws IOException, InterruptedException {
        String element = element(selector);
        call("POST", element + "/clear", "{}");
        call("POST", element + "/value", "{\"text\":" + json(text) + "}");
    }

    /** What is to be read there. */
    String text(String selector) throws IOException, InterruptedException {
        return value(call("GET", element(selector) + "/text", null));
    }

    /** What was typed there. */
    String property(String selector, String name) throws IOException, InterruptedException {
        return value(call("GET", element(selector) + "/property/" + name, null));
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(value(call("GET", session + "/screenshot", null))));
    }

    private String element(String selector) throws IOException, InterruptedException {
        String answer =
                call("POST", session + "/element", "{\"using\":\"css selector\",\"value\":" + json(selector) + "}");
        Matcher element = ELEMENT.matcher(answer);
        if (!element.find()) {
            throw new AssertionError(selector + " is not on the page: " + answer);
        }
        return session + "/element/" + element.group(1);
    }

    private String call(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(Command.PATIENCE_SECONDS))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(method + " " + url + " " + body + ": " + response.body());
        }
        return response.body();
    }

    /** What the answer says, if it says a text; a screenshot is a long one. */
    private static String value(String answer) {
        String head = "{\"value\":\"";
        int end = answer.lastIndexOf('"');
        if (!answer.startsWith(head) || end < head.length()) {
            throw new AssertionError("a text expected, got " + answer);
        }
        return answer.substring(head.length(), end)
                .replace("\\n", "\n")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }

    private static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    @Override
    public void close() throws IOException {
        try {
            call("DELETE", session, null);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            driver.close();
            try (Stream<Path> files = Files.walk(profile)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
