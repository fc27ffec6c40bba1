// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.runtime.EmbeddedFramework;
import io.mortise.runtime.plan.AttributeDefinition;
import io.mortise.runtime.plan.AttributeDefinition.Type;
import io.mortise.runtime.plan.ConfigurationDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.cm.PersistenceManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** With the real Config Admin, in a real Felix. */
class LiveConfigurationTest {

    private static final String PID = "listener~default";

    @TempDir
    Path storage;

    @TempDir
    Path conf;

    private Framework framework;
    private ConfigurationAdmin admin;

    @BeforeEach
    void startConfigAdmin() throws Exception {
        framework = EmbeddedFramework.create(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        BundleContext context = framework.getBundleContext();
        context.installBundle("reference:"
                        + PersistenceManager.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation())
                .start();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void shouldGiveConfigAdminTypedValues() throws Exception {
        started(new Setting(PID, "port", "7"));

        assertEquals(7, value(PID, "port"));
        assertEquals(PID, value(PID, "service.pid"));
        assertEquals("listener", value(PID, "service.factoryPid"));
    }

    @Test
    void shouldApplyAFileThatComesChangesAndGoes() throws Exception {
        LiveConfiguration configuration = started();
        assertEquals(1883, value(PID, "port"));

        write("port = 1884");
        settle(configuration);
        assertEquals(1884, value(PID, "port"));

        write("port = 18850");
        settle(configuration);
        assertEquals(18850, value(PID, "port"));

        Files.delete(conf.resolve(PID + ".cfg"));
        settle(configuration);
        assertEquals(1883, value(PID, "port"));
    }

    @Test
    void shouldKeepWhatTheCommandLineSetWhenAFileChanges() throws Exception {
        LiveConfiguration configuration = started(new Setting(PID, "port", "7"));

        write("port = 1884\nhost = other");
        settle(configuration);

        assertEquals(7, value(PID, "port"));
        assertEquals("other", value(PID, "host"));
    }

    @Test
    void shouldKeepTheRunningValuesWhenAFileIsWrong() throws Exception {
        write("port = 1884");
        LiveConfiguration configuration = started();

        write("port = many");
        settle(configuration);
        assertEquals(1884, value(PID, "port"));

        write("port");
        settle(configuration);
        assertEquals(1884, value(PID, "port"));

        write("port = 1885");
        settle(configuration);
        assertEquals(1885, value(PID, "port"));
    }

    @Test
    void shouldRefuseToStartAndNameEverythingThatIsWrong() throws IOException {
        write("port = many\nprot = 1");
        Files.writeString(conf.resolve("other.cfg"), "nonsense");
        LiveConfiguration configuration = configuration();

        RefusedConfiguration refused = assertThrows(RefusedConfiguration.class, configuration::read);

        assertEquals(3, refused.getMessage().lines().count(), refused.getMessage());
    }

    @Test
    void shouldRemoveWhatAnEarlierStartAppliedAndLeaveWhatOthersMade() throws Exception {
        started(new Setting("gone", "a", "1"));
        admin.getConfiguration("foreign", "?").update(new Hashtable<>(Map.of("a", "1")));

        started();

        assertNull(value("gone", "a"));
        assertEquals("1", value("foreign", "a"));
    }

    private LiveConfiguration started(Setting... settings) throws Exception {
        LiveConfiguration configuration = configuration(settings);
        configuration.read();
        configuration.applyAll(admin);
        return configuration;
    }

    private LiveConfiguration configuration(Setting... settings) {
        ConfigurationDefinition definition = new ConfigurationDefinition(
                "listener",
                true,
                Map.of(
                        "port", new AttributeDefinition("port", Type.INTEGER, 0, null, null, null, List.of()),
                        "host", new AttributeDefinition("host", Type.STRING, 0, null, null, null, List.of())));
        return new LiveConfiguration(
                new Configurations(
                        Map.of(PID, Map.of("port", "1883")), List.of(settings), Map.of("listener", definition)),
                conf);
    }

    /** A change is seen once, and taken when it is seen unchanged a second time. */
    private void settle(LiveConfiguration configuration) throws IOException {
        configuration.applyChanges(admin);
        configuration.applyChanges(admin);
    }

    private void write(String text) throws IOException {
        Files.writeString(conf.resolve(PID + ".cfg"), text);
    }

    private Object value(String pid, String key) throws Exception {
        Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
        return found == null
                ? null
                : Arrays.stream(found)
                        .map(each -> each.getProperties().get(key))
                        .findFirst()
                        .orElse(null);
    }
}
