// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

    @TempDir
    Path repository;

    private Path jar;
    private String checksum;
    private Plan plan;

    @BeforeEach
    void plan() throws IOException {
        jar = Files.writeString(repository.resolve("a.jar"), "as it was planned");
        checksum = Checksum.of(jar);
        plan = new Plan(List.of(new PlannedBundle(1, checksum, "a.jar")), Map.of(), Map.of());
    }

    @Test
    void shouldAcceptTheBundlesThatWerePlanned() throws Exception {
        new Verification(repository, plan).await();
    }

    @Test
    void shouldRefuseABundleThatIsAnother() throws IOException {
        Files.writeString(jar, "as it was not");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> new Verification(repository, plan).await());

        assertEquals(CommandFailure.FAILED, failure.status());
        assertEquals(
                jar + " is not the bundle that was planned: its SHA-256 is " + Checksum.of(jar) + ", expected "
                        + checksum + "; put the right file there, or run bin/mortise assemble",
                failure.getMessage());
    }

    @Test
    void shouldRefuseABundleThatIsMissing() throws IOException {
        Files.delete(jar);

        CommandFailure failure = assertThrows(CommandFailure.class, () -> new Verification(repository, plan).await());

        assertEquals(jar + " is planned and not there", failure.getMessage());
    }
}
