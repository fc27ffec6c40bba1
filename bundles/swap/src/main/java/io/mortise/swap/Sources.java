// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where an operator says that a bundle is: an absolute path, a {@code file:} or {@code https:} URL, or Maven's coordinates
 * of one in the distribution's repository. Any thread.
 */
final class Sources {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final long LARGEST = 256L * 1024 * 1024;

    private final Path repository;
    private final Trust trust;

    Sources(Path repository, Trust trust) {
        this.repository = repository;
        this.trust = trust;
    }

    /**
     * Opens it.
     *
     * @throws SwapFailure if it is nothing of these, is not there, or is on the network and nobody knows whom to trust
     */
    InputStream open(String source) throws IOException {
        if (source.matches("https?://.*")) {
            return fetch(source);
        }
        Path file = file(source);
        if (!Files.isRegularFile(file)) {
            throw new SwapFailure(file + " is no file");
        }
        return Files.newInputStream(file);
    }

    private Path file(String source) {
        if (source.startsWith("file:")) {
            return Path.of(URI.create(source));
        }
        if (source.matches("[^/:\\s]+:[^/:\\s]+:[^/:\\s]+")) {
            String[] ids = source.split(":");
            return repository
                    .resolve(ids[0].replace('.', '/'))
                    .resolve(ids[1])
                    .resolve(ids[2])
                    .resolve(ids[1] + "-" + ids[2] + ".jar");
        }
        Path path = Path.of(source);
        if (!path.isAbsolute()) {
            throw new SwapFailure("an absolute path, a URL or group:artifact:version expected, got " + source
                    + "; the broker is not where you are");
        }
        return path;
    }

    private InputStream fetch(String source) throws IOException {
        if (!trust.knowsOrigin()) {
            throw new SwapFailure("a bundle from the network needs the trust policy listed or signed, and the policy is"
                    + " any; put the file on this machine, or set trust in io.mortise.swap");
        }
        URLConnection connection = URI.create(source).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        return new Bounded(connection.getInputStream());
    }

    /** Whoever answers may answer without end. */
    private static final class Bounded extends FilterInputStream {
        private long rest = LARGEST;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) throws IOException {
            rest -= bytes;
            if (rest < 0) {
                throw new IOException("a bundle of more than " + LARGEST + " bytes is not taken");
            }
        }
    }
}
