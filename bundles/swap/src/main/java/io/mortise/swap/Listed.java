// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Bundles whose SHA-256 stands in a file: one a line, and behind it whatever says to a person what it is, as sha256sum
 * writes it. Lines that begin with # are comments. The file is read anew each time.
 */
final class Listed implements Trust {
    private final Path list;

    Listed(Path list) {
        this.list = list;
    }

    @Override
    public void check(Candidate candidate) throws IOException {
        boolean listed;
        try {
            listed = Files.readAllLines(list, StandardCharsets.UTF_8).stream()
                    .map(line -> line.strip().split("\\s+", 2)[0].toLowerCase(Locale.ROOT))
                    .anyMatch(candidate.sha256()::equals);
        } catch (NoSuchFileException missing) {
            throw new SwapFailure("no bundle is trusted: " + list + " is not there", missing);
        }
        if (!listed) {
            throw new SwapFailure(
                    candidate.label() + " is not trusted: its SHA-256 " + candidate.sha256() + " is not in " + list);
        }
    }

    @Override
    public boolean knowsOrigin() {
        return true;
    }
}
