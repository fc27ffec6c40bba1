// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static io.mortise.console.FakeBundles.bundle;
import static io.mortise.console.FakeBundles.service;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

class BundleCommandsTest {
    private static final ServiceReference<?> ROUTER = service("io.mortise.api.routing.Router");
    private static final ServiceReference<?> STORES =
            service("io.mortise.api.store.SessionStore", "io.mortise.api.store.RetainedStore");
    private static final ServiceReference<?> LISTENER = service("io.mortise.api.connection.Listener");

    @Test
    void shouldListOurBundlesByNameWithTheServicesThatTheyGiveAndTake() {
        BundleCommands commands = new BundleCommands(FakeBundles.context(
                bundle(3, "org.apache.felix.scr", Bundle.ACTIVE, null, null),
                bundle(9, "io.mortise.store.memory", Bundle.ACTIVE, services(STORES), null),
                bundle(7, "io.mortise.engine", Bundle.ACTIVE, null, services(STORES, ROUTER)),
                bundle(8, "io.mortise.listener.tcp", Bundle.STARTING, services(LISTENER, LISTENER), null),
                bundle(4, null, Bundle.ACTIVE, null, null)));

        assertEquals("""
                ID  BUNDLE                   VERSION  STATE     GIVES                        TAKES
                 7  io.mortise.engine        0.1.0    active    -                            RetainedStore, Router, SessionStore
                 8  io.mortise.listener.tcp  0.1.0    starting  Listener x2                  -
                 9  io.mortise.store.memory  0.1.0    active    RetainedStore, SessionStore  -
                3 bundles""", commands.bundles());
    }

    private static ServiceReference<?>[] services(ServiceReference<?>... services) {
        return services;
    }
}
