// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web service on the loopback address that says what a test wants it to. */
final class Service implements AutoCloseable {
    final List<JsonObject> questions = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile int status = 200;
    volatile String answer = "{}";

    /** Stands for an answer that accepts alice, if her password is "secret", and refuses everybody else. */
    static final String BY_PASSWORD = "by password";

    /** While it is not null, nobody is answered. */
    volatile CountDownLatch held;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    Service() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        questions.add(JsonParser.parseString(question).getAsJsonObject());
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        CountDownLatch gate = held;
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException ending) {
                return;
            }
        }
        String said = answer;
        if (said.equals(BY_PASSWORD)) {
            boolean known = question.contains("\"username\":\"alice\",\"password\":\"secret\"");
            said = "{\"result\":\"" + (known ? "accept" : "refuse") + "\"}";
        }
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        CountDownLatch gate = held;
        if (gate != null) {
            gate.countDown();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
