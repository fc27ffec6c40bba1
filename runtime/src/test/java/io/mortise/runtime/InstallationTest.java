// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

class InstallationTest {
    @TempDir
    Path folder;

    private Framework framework;

    @AfterEach
    void stop() throws Exception {
        end();
    }

    private void end() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(0);
        }
    }

    private Path jar(Path file, String name, String version) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
        return file;
    }

    /** Ships these, each name:version, and starts a framework with them on the storage that is there. */
    private Installation ship(String distribution, String... bundles) throws Exception {
        end();
        Path repository = folder.resolve(distribution);
        List<PlannedBundle> planned = new ArrayList<>();
        for (String bundle : bundles) {
            String[] fields = bundle.split(":");
            String path = fields[0] + "-" + fields[1] + ".jar";
            Path file = jar(repository.resolve(path), fields[0], fields[1]);
            planned.add(new PlannedBundle(1, Checksum.of(file), path));
        }
        Plan plan = new Plan(planned, Map.of(), Map.of());
        Installation installation = new Installation(repository, folder.resolve("marker"), plan);
        framework = EmbeddedFramework.create(
                Map.of(Constants.FRAMEWORK_STORAGE, folder.resolve("storage").toString()));
        framework.init();
        if (!installation.isDone()) {
            installation.begin();
            installation.install(framework);
        }
        framework.start();
        return installation;
    }

    private void putIn(String name, String version) throws Exception {
        Path file = jar(folder.resolve("by-hand/" + name + "-" + version + ".jar"), name, version);
        framework.getBundleContext().installBundle(file.toUri().toString()).start();
    }

    private void takeOut(String name) throws Exception {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (bundle.getSymbolicName().equals(name)) {
                bundle.uninstall();
            }
        }
    }

    private Set<String> running() {
        Set<String> running = new TreeSet<>();
        Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.ACTIVE)
                .forEach(bundle -> running.add(bundle.getSymbolicName() + ":" + bundle.getVersion()));
        return running;
    }

    @Test
    void shouldComeBackWithWhatWasRunningWhenThePlanIsTheSame() throws Exception {
        ship("one", "router:1.0.0", "codec:1.0.0");
        putIn("vendor", "7.0.0");
        takeOut("router");
        putIn("router", "1.0.1");
        Installation again = ship("one", "router:1.0.0", "codec:1.0.0");
        assertTrue(again.isDone());
        assertEquals(Set.of("router:1.0.1", "codec:1.0.0", "vendor:7.0.0"), running());
    }

    @Test
    void shouldExchangeWhatIsShippedAndKeepWhatTheOperatorInstalled() throws Exception {
        ship("one", "router:1.0.0", "codec:1.0.0");
        putIn("vendor", "7.0.0");
        Installation newer = ship("two", "router:2.0.0", "engine:2.0.0");
        assertTrue(newer.isUpgrade());
        assertEquals(Set.of("router:2.0.0", "engine:2.0.0", "vendor:7.0.0"), running());
        assertTrue(ship("two", "router:2.0.0", "engine:2.0.0").isDone());
    }

    @Test
    void shouldLetTheHigherVersionServeWhereBothHaveOne() throws Exception {
        ship("one", "router:1.0.0", "codec:1.0.0");
        takeOut("router");
        putIn("router", "1.5.0");
        takeOut("codec");
        putIn("codec", "3.0.0");
        ship("two", "router:2.0.0", "codec:2.0.0");
        assertEquals(Set.of("router:2.0.0", "codec:3.0.0"), running());
    }

    @Test
    void shouldTakeANewBuildOfTheSameVersionFromTheSamePlace() throws Exception {
        ship("one", "router:1.0.0");
        putIn("vendor", "7.0.0");
        Installation rebuilt = ship("one", "router:1.0.0", "codec:1.0.0");
        assertTrue(rebuilt.isUpgrade());
        assertEquals(Set.of("router:1.0.0", "codec:1.0.0", "vendor:7.0.0"), running());
    }

    @Test
    void shouldGoOnWithAnUpgradeThatWasCutOff() throws Exception {
        ship("one", "router:1.0.0");
        putIn("vendor", "7.0.0");
        Plan half = new Plan(List.of(new PlannedBundle(1, "0".repeat(64), "missing.jar")), Map.of(), Map.of());
        new Installation(folder.resolve("two"), folder.resolve("marker"), half).begin();
        ship("two", "router:2.0.0");
        assertEquals(Set.of("router:2.0.0", "vendor:7.0.0"), running());
    }
}
