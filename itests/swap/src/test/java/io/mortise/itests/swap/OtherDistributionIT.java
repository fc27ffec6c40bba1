// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.BundleFile;
import io.mortise.itests.RunningBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other bundles are shipped when the broker is started again on its data: what the operator installed stays. */
class OtherDistributionIT {
    @TempDir
    Path folder;

    private Path write(BundleFile bundle) throws Exception {
        return bundle.write(Files.createTempFile(folder, "bundle", ".jar"));
    }

    @Test
    void shouldExchangeWhatIsShippedAndKeepWhatTheOperatorInstalled() throws Exception {
        RunningBroker before = new RunningBroker();
        String version;
        try {
            Operator operator = new Operator(before, folder);
            BundleFile router = operator.next(Part.ROUTER);
            version = router.header("Bundle-Version");
            operator.succeeds(Part.ROUTER, write(router));
            operator.execute("install --probe 0 "
                    + write(operator.next(Part.AUTH_OPEN).header("Bundle-SymbolicName", "io.mortise.example")));
            assertTrue(operator.execute("bundles").contains("io.mortise.sys.topics"));
        } finally {
            before.command().terminate();
            before.command().exitsWith(0);
        }
        try (RunningBroker after = new RunningBroker(
                before.data(), "--feature", "kernel", "store-sqlite", "auth-open", "console", "swap", "listener-tcp")) {
            Operator operator = new Operator(after, folder);
            String bundles = operator.execute("bundles");
            operator.awaitOnly(Part.ROUTER, version);
            assertTrue(bundles.matches("(?s).*io.mortise.example +\\S+ +active.*"), bundles);
            assertFalse(bundles.contains("io.mortise.sys.topics"), bundles);
            String log = after.command().transcript();
            assertTrue(log.contains("io.mortise.router " + version + " stays"), log);
            assertTrue(log.contains("io.mortise.sys.topics 0.1.0.SNAPSHOT is not shipped any more"), log);
        }
    }
}
