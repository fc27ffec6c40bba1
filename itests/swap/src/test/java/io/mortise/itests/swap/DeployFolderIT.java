// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mortise.itests.BundleFile;
import io.mortise.itests.RunningBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put into the watched folder and taken out of it, by somebody who has no shell. */
class DeployFolderIT {
    private static final String[] WATCHED = {
        "--set",
        "io.mortise.swap:deploy.watched=true",
        "io.mortise.swap:deploy.probe.seconds=0",
        "io.mortise.swap:deadline.millis=1000"
    };

    @TempDir
    Path folder;

    private Path write(BundleFile bundle) throws Exception {
        return bundle.write(Files.createTempFile(folder, "bundle", ".jar"));
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(50, TimeUnit.MILLISECONDS);
    }

    @Test
    void shouldTakeInWhatIsThereAndLetGoWhatIsNot() throws Exception {
        try (RunningBroker broker = new RunningBroker(WATCHED)) {
            Operator operator = new Operator(broker, folder);
            String shipped = operator.version(Part.ROUTER);
            BundleFile next = operator.next(Part.ROUTER);
            operator.deploy(write(next), "router.jar");
            operator.awaitOnly(Part.ROUTER, next.header("Bundle-Version"));
            operator.deploy(
                    write(operator.next(Part.AUTH_OPEN).header("Bundle-SymbolicName", "io.mortise.example")),
                    "new.jar");
            await().until(() -> operator.execute("bundles").contains("io.mortise.example"));
            Files.delete(operator.deployFolder().resolve("new.jar"));
            await().until(() -> !operator.execute("bundles").contains("io.mortise.example"));
            Files.delete(operator.deployFolder().resolve("router.jar"));
            operator.awaitOnly(Part.ROUTER, shipped);
            String history = operator.execute("history");
            assertEquals(
                    4, history.lines().filter(line -> line.contains("deploy:")).count(), history);
        }
    }

    @Test
    void shouldLeaveHalfACopyAndABrokenVersionAlone() throws Exception {
        try (RunningBroker broker = new RunningBroker(WATCHED)) {
            Operator operator = new Operator(broker, folder);
            String shipped = operator.version(Part.ROUTER);
            BundleFile next = operator.next(Part.ROUTER);
            byte[] whole = Files.readAllBytes(write(next));
            Path file = operator.deployFolder().resolve("router.jar");
            Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            await().until(() -> broker.command().transcript().contains("router.jar is no whole jar, or not yet"));
            assertEquals(shipped, operator.version(Part.ROUTER));
            Files.write(file, whole);
            operator.awaitOnly(Part.ROUTER, next.header("Bundle-Version"));
            BundleFile broken = operator.next(Part.CODEC).importing("com.example.nowhere");
            operator.deploy(write(broken), "codec.jar");
            operator.awaitAnswer("history", "rolled back: " + "io.mortise.codec " + broken.header("Bundle-Version"));
            assertFalse(operator.execute("bundles").contains(broken.header("Bundle-Version")));
        }
    }

    @Test
    void shouldNotLookUnlessItIsAskedTo() throws Exception {
        try (RunningBroker broker = new RunningBroker()) {
            assertFalse(Files.exists(new Operator(broker, folder).deployFolder()));
        }
    }
}
