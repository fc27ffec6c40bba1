// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A bundle of {@link FailingProvider}, which is called {@code failing} in configurations. */
final class FailingBundle {
    private FailingBundle() {}

    static void startIn(RunningBroker broker) throws IOException, InterruptedException {
        Path jar = broker.data().resolve("failing.jar");
        VendorBundle.write(
                jar,
                "io.mortise.itests.failing",
                "1.0.0",
                "<property name=\"mortise.auth.name\" value=\"failing\"/>",
                List.of(Authenticator.class, Authorizer.class),
                FailingProvider.class,
                Everything.class);
        broker.shell("felix:start", jar.toUri().toString());
    }
}
