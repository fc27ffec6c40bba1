// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A program of the operating system that is run to its end.
 *
 * <p>Any thread.
 */
final class Tool {

    private static final long PATIENCE_SECONDS = 30;

    private Tool() {}

    /** Runs it; what it says is the message when it fails. */
    static void run(String... words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", words) + ": does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said);
        }
    }
}
