// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal, as {@code sha256sum} prints it. Any thread. */
public final class Checksum {

    private Checksum() {}

    public static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] bytes = new byte[16_384];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                digest.update(bytes, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
