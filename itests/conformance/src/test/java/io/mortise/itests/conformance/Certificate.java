// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The certificate of the broker under test, with its key: made by the JDK's keytool, once a run. */
final class Certificate {
    static final String PASSWORD = "conformance";
    static final Path FILE = make();

    private Certificate() {}

    private static Path make() {
        try {
            Path folder = Files.createTempDirectory("certificate");
            Path file = folder.resolve("broker.p12");
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            Command.run(
                    keytool,
                    "-genkeypair",
                    "-keystore",
                    file.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-alias",
                    "broker",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "SAN=ip:127.0.0.1",
                    "-validity",
                    "2");
            file.toFile().deleteOnExit();
            folder.toFile().deleteOnExit();
            return file;
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
