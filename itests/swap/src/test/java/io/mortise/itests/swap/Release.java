// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** What a broken bundle hangs on: a file that is not there, until the test has seen enough. Part of these bundles; any thread. */
final class Release {
    /** Where the name of the file is in the bundle. */
    static final String RESOURCE = "release";

    private static final long LOOK_NANOS = 10_000_000;

    private Release() {}

    /** Returns when the file is there, and not before; no interruption helps. */
    static void await() {
        Path file = file();
        while (!Files.exists(file)) {
            LockSupport.parkNanos(LOOK_NANOS);
            Thread.interrupted();
        }
    }

    private static Path file() {
        try (InputStream in = Objects.requireNonNull(Release.class.getResourceAsStream("/" + RESOURCE))) {
            return Path.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
