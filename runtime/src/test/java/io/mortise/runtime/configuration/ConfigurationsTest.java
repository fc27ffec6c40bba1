// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.runtime.plan.AttributeDefinition;
import io.mortise.runtime.plan.AttributeDefinition.Type;
import io.mortise.runtime.plan.ConfigurationDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationsTest {

    private static final String PID = "listener~default";
    private static final Map<String, ConfigurationDefinition> DEFINITIONS = Map.of(
            "listener",
            new ConfigurationDefinition(
                    "listener",
                    true,
                    Map.of(
                            "host",
                            new AttributeDefinition("host", Type.STRING, 0, null, null, null, List.of()),
                            "port",
                            new AttributeDefinition("port", Type.INTEGER, 0, null, "0", "65535", List.of()),
                            "secret",
                            new AttributeDefinition("secret", Type.PASSWORD, 0, null, null, "3", List.of()))),
            "engine",
            new ConfigurationDefinition("engine", false, Map.of()));

    @Test
    void shouldPutTheFileOverTheFeatureAndTheCommandLineOverBoth() throws Exception {
        Configurations configurations = configurations(new Setting(PID, "port", "3"));

        assertEquals(
                Map.of("host", "file", "port", 3),
                configurations.effective(PID, file(PID, Map.of("host", "file", "port", "2"))));
        assertEquals(Map.of("host", "feature", "port", 3), configurations.effective(PID, null));
    }

    @Test
    void shouldSayNothingForAFileInWhichAllIsCommentedOut() throws Exception {
        assertNull(configurations().effective("listener~other", file("listener~other", Map.of())));
    }

    @Test
    void shouldNameFileKeyValueAndWhatWasExpected() {
        assertEquals(
                "conf/" + PID + ".cfg: port = abc: expected a whole number from 0 to 65535",
                refusal(PID, Map.of("port", "abc")));
    }

    @Test
    void shouldSuggestTheNearestKeysWhenOneIsUnknown() {
        assertEquals(
                "conf/" + PID + ".cfg: prot: there is no such key; the nearest are port, host, secret",
                refusal(PID, Map.of("prot", "1")));
        assertEquals(
                "conf/engine.cfg: x: there is no such key; engine has no keys", refusal("engine", Map.of("x", "1")));
    }

    @Test
    void shouldKeepAPasswordToItself() {
        assertEquals(
                "conf/" + PID + ".cfg: secret = …: expected a text of at most 3 characters",
                refusal(PID, Map.of("secret", "hunter2")));
    }

    @Test
    void shouldWantANameWhereThereCanBeManyAndNoneWhereThereIsOne() {
        assertEquals(
                "conf/listener.cfg: expected a name, as in listener~default, since there can be many of listener",
                refusal("listener", Map.of("port", "1")));
        assertEquals(
                "conf/engine~a.cfg: expected engine without a name, since there is only one",
                refusal("engine~a", Map.of("service.ranking", "1")));
    }

    @Test
    void shouldNameTheSettingThatIsWrong() {
        Configurations configurations = configurations(new Setting(PID, "port", "70000"));

        assertEquals(
                "--set " + PID + ": port = 70000: expected a whole number from 0 to 65535",
                assertThrows(RefusedConfiguration.class, () -> configurations.effective(PID, null))
                        .getMessage());
    }

    @Test
    void shouldLetThroughWhatEveryComponentUnderstands() throws Exception {
        assertEquals(
                Map.of("host", "feature", "port", 1, "service.ranking", 5, "transport.target", "(a=b)"),
                configurations()
                        .effective(PID, file(PID, Map.of("service.ranking", "5", "transport.target", "(a=b)"))));
    }

    @Test
    void shouldTakeAnythingForAPidThatNoBundleDefines() throws Exception {
        Configurations configurations = configurations();

        assertEquals(Map.of("k", "v"), configurations.effective("vendor", file("vendor", Map.of("k", "v"))));
        assertEquals(false, configurations.isDefined("vendor"));
        assertEquals(true, configurations.isDefined(PID));
    }

    private static Configurations configurations(Setting... settings) {
        return new Configurations(Map.of(PID, Map.of("host", "feature", "port", "1")), List.of(settings), DEFINITIONS);
    }

    private static ConfigurationFile file(String pid, Map<String, String> values) {
        return new ConfigurationFile(Path.of("conf", pid + ".cfg"), values);
    }

    private static String refusal(String pid, Map<String, String> values) {
        return assertThrows(RefusedConfiguration.class, () -> configurations().effective(pid, file(pid, values)))
                .getMessage();
    }
}
