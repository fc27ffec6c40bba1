// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a key set (RFC 7517, 5) is read. Used by one thread at a time, which it may keep for some seconds. */
sealed interface KeySource {

    int LARGEST_BYTES = 1_048_576;

    /** All of it, at most {@value #LARGEST_BYTES} bytes. */
    String read() throws IOException;

    /** Whether it costs nothing to look again. */
    boolean isNear();

    /**
     * A source at a location.
     *
     * @param location a URL of HTTP, or the name of a file
     * @param folder where relative names of files begin
     * @throws IllegalArgumentException if it is neither
     */
    static KeySource of(String location, Path folder, int timeoutMillis) {
        if (location.isBlank()) {
            throw new IllegalArgumentException("keys: expected a file or a URL, got nothing");
        }
        if (location.startsWith("https://") || location.startsWith("http://")) {
            return Web.at(location, timeoutMillis);
        }
        if (location.contains("://")) {
            throw new IllegalArgumentException("keys: expected a file, or a URL with https, got " + location);
        }
        return new InFile(folder.resolve(location));
    }

    /** In a file. */
    record InFile(Path path) implements KeySource {
        @Override
        public String read() throws IOException {
            if (Files.size(path) > LARGEST_BYTES) {
                throw new IOException("it has more than " + LARGEST_BYTES + " bytes");
            }
            return Files.readString(path);
        }

        @Override
        public boolean isNear() {
            return true;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** On a web server, whose certificate the trust store of Java vouches for. Redirections are not followed. */
    record Web(URL url, int timeoutMillis) implements KeySource {
        private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);

        static Web at(String location, int timeoutMillis) {
            try {
                URL url = URI.create(location).toURL();
                if (url.getProtocol().equals("http")
                        && !InetAddress.getByName(url.getHost()).isLoopbackAddress()) {
                    LOG.warn("The keys of {} come over plain HTTP: who is on the way can put their own in", location);
                }
                return new Web(url, timeoutMillis);
            } catch (IOException unknownHost) {
                throw new IllegalArgumentException("keys: " + location + ": " + unknownHost, unknownHost);
            }
        }

        @Override
        public String read() throws IOException {
            long end = System.nanoTime() + 2L * timeoutMillis * 1_000_000;
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            try {
                connection.setConnectTimeout(timeoutMillis);
                connection.setReadTimeout(timeoutMillis);
                connection.setInstanceFollowRedirects(false);
                connection.setUseCaches(false);
                connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
                connection.setRequestProperty("Connection", "close");
                int status = connection.getResponseCode();
                if (status != HttpURLConnection.HTTP_OK) {
                    throw new IOException("expected status 200, got " + status);
                }
                try (InputStream in = connection.getInputStream()) {
                    byte[] all = new byte[LARGEST_BYTES + 1];
                    int size = 0;
                    for (int more = in.read(all, 0, all.length);
                            more > 0;
                            more = in.read(all, size, all.length - size)) {
                        size += more;
                        if (System.nanoTime() - end > 0) {
                            throw new IOException("it takes longer than " + 2 * timeoutMillis + " ms");
                        }
                    }
                    if (size > LARGEST_BYTES) {
                        throw new IOException("it has more than " + LARGEST_BYTES + " bytes");
                    }
                    return new String(all, 0, size, StandardCharsets.UTF_8);
                }
            } finally {
                connection.disconnect();
            }
        }

        @Override
        public boolean isNear() {
            return false;
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }
}
