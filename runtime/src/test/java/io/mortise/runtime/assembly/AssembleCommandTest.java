// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.runtime.CommandFailure;
import io.mortise.runtime.Distribution;
import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlanFile;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a real Felix, with bundles that consist of a manifest. */
class AssembleCommandTest {

    private static final String METATYPE = """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="Config" name="Listener" description="A port.">
                <AD id="port" type="Integer" default="1883" min="0" max="65535" description="Where to listen"/>
                <AD id="kind" type="String" cardinality="2"><Option label="A" value="a"/><Option value="b"/></AD>
                <AD id="service.pid" type="String"/>
              </OCD>
              <Designate factoryPid="listener"><Object ocdref="Config"/></Designate>
            </metatype:MetaData>
            """;

    @TempDir
    Path home;

    private Distribution distribution;
    private Repository repository;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void distribution() throws IOException {
        distribution = new Distribution(home);
        repository = new Repository(distribution.repository());
        Files.createDirectories(distribution.features());
        repository.add("library", Map.of("Export-Package", "words"));
        repository.add(
                "listener", Map.of("Import-Package", "words"), Map.of("OSGI-INF/metatype/listener.xml", METATYPE));
        feature("part", "'bundles': [{'id': 'test:library:1.0.0', 'bundleStartLevel': 1}]");
        feature(
                "whole",
                "'complete': true, 'bundles': [{'id': 'test:listener:1.0.0'}],"
                        + "'configurations': {'listener~default': {'port': 1884, 'kind': ['a', 'b']}},"
                        + listing("part"));
    }

    @Test
    void shouldMakeAPlanWithWhatTheListedFeaturesHaveFirst() throws Exception {
        assertEquals(0, assemble());

        Path library = repository.path().resolve("test/library/1.0.0/library-1.0.0.jar");
        Path listener = repository.path().resolve("test/listener/1.0.0/listener-1.0.0.jar");
        Plan plan = PlanFile.read(distribution.plan("whole"));
        assertEquals(
                List.of(
                        new PlannedBundle(1, Checksum.of(library), "test/library/1.0.0/library-1.0.0.jar"),
                        new PlannedBundle(3, Checksum.of(listener), "test/listener/1.0.0/listener-1.0.0.jar")),
                plan.bundles());
        assertEquals(Map.of("listener~default", Map.of("port", "1884", "kind", "a, b")), plan.configurations());
        assertTrue(plan.definitions().get("listener").factory());
        assertEquals(
                "a whole number from 0 to 65535",
                plan.definitions().get("listener").attributes().get("port").expected());
        assertEquals(
                List.of("a", "b"),
                plan.definitions().get("listener").attributes().get("kind").options());
        assertFalse(plan.definitions().get("listener").attributes().containsKey("service.pid"));
        assertEquals(1, PlanFile.read(distribution.plan("part")).bundles().size());
        assertEquals(
                "part: 1 bundles, a part of others\nwhole: 2 bundles, resolved\n",
                out.toString().replace("\r", ""));
    }

    @Test
    void shouldFailAndNameWhatIsMissingWhenACompleteFeatureDoesNotResolve() throws IOException {
        feature("broken", "'complete': true, 'bundles': [{'id': 'test:listener:1.0.0'}]");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> assemble("--feature", "broken"));

        assertEquals(CommandFailure.FAILED, failure.status());
        assertEquals(
                "feature broken does not resolve:\n" + "  listener 1.0.0 needs package words, which no bundle exports",
                failure.getMessage());
        assertFalse(Files.exists(distribution.plan("broken")));
    }

    @Test
    void shouldFailAndNameABundleThatIsNotInTheRepository() throws IOException {
        feature("broken", "'bundles': [{'id': 'test:absent:jar:linux:2.0'}]");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> assemble("--feature", "broken"));

        assertEquals(
                "feature broken does not resolve:\n  test:absent:jar:linux:2.0 is not in the repository: expected "
                        + repository.path().resolve("test/absent/2.0/absent-2.0-linux.jar"),
                failure.getMessage());
    }

    @Test
    void shouldFailWhenAFeatureConfiguresWhatCannotBe() throws IOException {
        feature(
                "broken",
                "'bundles': [{'id': 'test:listener:1.0.0'}], 'configurations': {'listener~x': {'port': 70000}}");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> assemble("--feature", "broken"));

        assertEquals(
                "feature broken does not resolve:\n"
                        + "  feature default for listener~x: port = 70000: expected a whole number from 0 to 65535",
                failure.getMessage());
    }

    @Test
    void shouldFailWhenAListedFeatureIsUnknownOrListsItsLister() throws IOException {
        feature("lister", listing("nobody"));
        assertEquals(
                "feature lister lists test:features:osgifeature:nobody:1.0.0, which is not the id of a feature here",
                assertThrows(CommandFailure.class, () -> assemble("--feature", "lister"))
                        .getMessage());

        feature("nobody", listing("lister"));
        assertEquals(
                "feature lister lists itself, by way of lister and nobody",
                assertThrows(CommandFailure.class, () -> assemble("--feature", "lister"))
                        .getMessage());
    }

    @Test
    void shouldFailWhenTwoVersionsOfABundleComeTogether() throws IOException {
        feature("broken", "'bundles': [{'id': 'test:library:2.0.0'}]," + listing("part"));

        CommandFailure failure = assertThrows(CommandFailure.class, () -> assemble("--feature", "broken"));

        assertEquals(
                "feature broken has test:library:2.0.0, but test:library:1.0.0 is there already: expected one version",
                failure.getMessage());
    }

    @Test
    void shouldAddAFeatureFromAFileOnlyWhenItResolves(@TempDir Path elsewhere) throws Exception {
        Path mine = elsewhere.resolve("mine.feature.json");
        Files.writeString(mine, json("mine", "'complete': true, 'bundles': [{'id': 'test:listener:1.0.0'}]"));
        assertThrows(CommandFailure.class, () -> assemble(mine.toString()));
        assertFalse(Files.exists(distribution.features().resolve("mine.feature.json")));

        Files.writeString(mine, json("mine", "'complete': true," + listing("whole")));
        assertEquals(0, assemble(mine.toString()));
        assertTrue(Files.exists(distribution.features().resolve("mine.feature.json")));
        assertEquals(2, PlanFile.read(distribution.plan("mine")).bundles().size());
    }

    @Test
    void shouldNameTheFileThatIsNoFeature() throws IOException {
        Path file = Files.writeString(distribution.features().resolve("bad.feature.json"), "{ not json");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> assemble());

        assertTrue(failure.getMessage().startsWith(file + " is not a feature: "), failure.getMessage());
    }

    @Test
    void shouldWriteWhatCanBeConfiguredOnceAndLeaveWhatSomebodyConfigured() throws Exception {
        assemble();
        Path file = distribution.conf().resolve("listener~default.cfg");
        assertEquals("""
                # Listener: A port.
                # Remove the # before a key to set it; a running broker takes the change over.

                # (values separated by commas, each one of a, b)
                # kind = a, b

                # Where to listen
                # (a whole number from 0 to 65535)
                # port = 1884
                """, Files.readString(file));

        Files.writeString(file, "port = 1885\n");
        assemble();
        assertEquals("port = 1885\n", Files.readString(file));
    }

    private int assemble(String... words) throws CommandFailure {
        return new AssembleCommand(distribution, new PrintStream(out)).run(List.of(words));
    }

    private void feature(String name, String rest) throws IOException {
        Files.writeString(distribution.features().resolve(name + ".feature.json"), json(name, rest));
    }

    private static String json(String name, String rest) {
        return ("{'feature-resource-version': '1.0', 'id': '" + id(name) + "'," + rest + "}").replace('\'', '"');
    }

    private static String listing(String feature) {
        return "'extensions': {'mortise.features': {'type': 'artifacts', 'kind': 'optional', 'artifacts': [{'id': '"
                + id(feature) + "'}]}}";
    }

    private static String id(String name) {
        return "test:features:osgifeature:" + name + ":1.0.0";
    }
}
