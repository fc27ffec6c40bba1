// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Compares each bundle of a plan with its checksum. It has a thread of its own: a Java that has just started hashes slowly,
 * and the framework can get ready meanwhile. The thread that starts the broker makes it and waits for it.
 */
final class Verification {

    private final Path repository;
    private final Plan plan;
    private final FutureTask<Boolean> task = new FutureTask<>(this::verify);

    /** Begins at once. */
    Verification(Path repository, Plan plan) {
        this.repository = repository;
        this.plan = plan;
        Thread thread = new Thread(task, "mortise-verification");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until all have been compared.
     *
     * @throws CommandFailure naming a file that is not the one that was planned
     */
    void await() throws CommandFailure, InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("the checksums could not be compared", e.getCause());
        }
    }

    private Boolean verify() throws CommandFailure {
        for (PlannedBundle bundle : plan.bundles()) {
            Path file = repository.resolve(bundle.path());
            String checksum = checksum(file);
            if (!checksum.equals(bundle.sha256())) {
                throw CommandFailure.failed(file + " is not the bundle that was planned: its SHA-256 is " + checksum
                        + ", expected " + bundle.sha256() + "; put the right file there, or run bin/mortise assemble");
            }
        }
        return Boolean.TRUE;
    }

    private static String checksum(Path file) throws CommandFailure {
        try {
            return Checksum.of(file);
        } catch (NoSuchFileException e) {
            throw CommandFailure.failed(file + " is planned and not there");
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read " + file + ": " + e);
        }
    }
}
