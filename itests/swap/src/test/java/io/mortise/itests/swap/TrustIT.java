// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.BundleFile;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.TcpDoor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not trusted does not run, by whatever road it comes. */
class TrustIT {
    private static final String LISTED = "io.mortise.swap:trust=listed";

    @TempDir
    Path folder;

    private Path write(BundleFile bundle) throws Exception {
        return bundle.write(Files.createTempFile(folder, "bundle", ".jar"));
    }

    private static void trust(Path data, Path jar) throws Exception {
        byte[] checksum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        Files.writeString(data.resolve("trusted.sha256"), HexFormat.of().formatHex(checksum) + "\n");
    }

    @Test
    void shouldRefuseWhatGogoInstallsUnlessItIsListed() throws Exception {
        try (RunningBroker broker = new RunningBroker("--set", LISTED)) {
            Operator operator = new Operator(broker, folder);
            Path jar = write(operator.next(Part.AUTH_OPEN).header("Bundle-SymbolicName", "io.mortise.example"));
            String url = jar.toUri().toString();
            operator.tries("felix:start " + url); // Gogo's own says what went wrong, and does not fail
            assertTrue(operator.execute("bundles").matches("(?s).*io.mortise.example +\\S+ +installed.*"));
            assertTrue(operator.execute("history").contains("refused"), operator.execute("history"));
            trust(broker.data(), jar);
            operator.execute("felix:uninstall io.mortise.example");
            operator.execute("felix:start " + url);
            assertTrue(operator.execute("bundles").matches("(?s).*io.mortise.example +\\S+ +active.*"));
        }
    }

    /** A part of the broker is who the configuration says, never who ranks highest. */
    @Test
    void shouldNotPreferWhoRanksHigher() throws Exception {
        try (RunningBroker broker = new RunningBroker()) {
            Operator operator = new Operator(broker, folder);
            for (Part part : new Part[] {Part.ROUTER, Part.CODEC}) {
                BundleFile usurper = operator.next(part)
                        .header("Bundle-SymbolicName", "com.example." + part.shortName())
                        .replaceComponents(
                                xml -> xml.replace(" name=\"io.mortise.", " name=\"com.example.")
                                        .replaceFirst(
                                                "<service>",
                                                "<property name=\"service.ranking\" type=\"Integer\" value=\"1000\"/><service>"));
                operator.execute("install --probe 0 " + write(usurper));
            }
            try (Client client = Client.connect(
                    new TcpDoor(broker.port()),
                    Packets.V5,
                    "c",
                    Packets.connect(Packets.V5, "c", false),
                    (self, bytes, start, body, end) -> {},
                    new Findings())) {
                client.subscribe("a", 1);
                String bundles = operator.execute("bundles");
                for (Part part : new Part[] {Part.ROUTER, Part.CODEC}) {
                    assertTrue(
                            bundles.matches("(?s).*" + part.symbolicName() + " +\\S+ +active +[1-9].*"),
                            part + " is asked: " + bundles);
                    assertFalse(
                            bundles.matches("(?s).*com.example." + part.shortName() + " +\\S+ +active +[1-9].*"),
                            "nobody else is: " + bundles);
                }
            }
        }
    }

    @Test
    void shouldRefuseWhatGogoUpdates() throws Exception {
        try (RunningBroker broker = new RunningBroker("--set", LISTED)) {
            Operator operator = new Operator(broker, folder);
            Path jar = write(operator.next(Part.ROUTER));
            operator.tries("felix:update io.mortise.router " + jar.toUri());
            assertFalse(operator.execute("bundles").matches("(?s).*io.mortise.router +\\S+ +active.*"));
        }
    }

    @Test
    void shouldJudgeAgainWhenTheBrokerStarts() throws Exception {
        RunningBroker open = new RunningBroker();
        try {
            Operator operator = new Operator(open, folder);
            Path jar = write(operator.next(Part.AUTH_OPEN).header("Bundle-SymbolicName", "io.mortise.example"));
            operator.execute("felix:start " + jar.toUri());
            assertTrue(operator.execute("bundles").matches("(?s).*io.mortise.example +\\S+ +active.*"));
        } finally {
            open.command().terminate();
            open.command().exitsWith(0);
        }
        try (RunningBroker strict = new RunningBroker(open.data(), "--set", LISTED)) {
            Operator operator = new Operator(strict, folder);
            assertFalse(operator.execute("bundles").matches("(?s).*io.mortise.example +\\S+ +active.*"));
            assertEquals(
                    1,
                    operator.execute("history")
                            .lines()
                            .filter(line -> line.contains("refused"))
                            .count());
        }
    }
}
