// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static io.mortise.console.FakeBundles.bundle;
import static io.mortise.console.FakeBundles.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.connection.Listener;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

class BundleCommandsTest {
    private static final ServiceReference<?> ROUTER = service("io.mortise.api.routing.Router");
    private static final ServiceReference<?> STORES =
            service("io.mortise.api.store.SessionStore", "io.mortise.api.store.RetainedStore");
    private static final ServiceReference<?> LISTENER = service("io.mortise.api.connection.Listener");
    private static final ServiceReference<?> BOUND = service(Map.of(
            Constants.OBJECTCLASS,
            new String[] {"io.mortise.api.connection.Listener"},
            Listener.ADDRESS,
            "127.0.0.1:1883"));

    @Test
    void shouldListOurBundlesByNameWithTheServicesThatTheyGiveAndTake() {
        BundleCommands commands = new BundleCommands(FakeBundles.context(
                bundle(3, "org.apache.felix.scr", Bundle.ACTIVE, null, null),
                bundle(9, "io.mortise.store.memory", Bundle.ACTIVE, services(STORES), null),
                bundle(7, "io.mortise.engine", Bundle.ACTIVE, null, services(STORES, ROUTER)),
                bundle(8, "io.mortise.listener.tcp", Bundle.STARTING, services(LISTENER, BOUND), null),
                bundle(4, null, Bundle.ACTIVE, null, null)));

        assertEquals("""
                ID  BUNDLE                   VERSION  STATE     THREADS  PORTS           GIVES                        TAKES
                 7  io.mortise.engine        0.1.0    active          0  -               -                            RetainedStore, Router, SessionStore
                 8  io.mortise.listener.tcp  0.1.0    starting        0  127.0.0.1:1883  Listener x2                  -
                 9  io.mortise.store.memory  0.1.0    active          0  -               RetainedStore, SessionStore  -
                3 bundles""", commands.bundles());
    }

    @Test
    void shouldStartAndStopBundlesByNameAndNumber() throws Exception {
        FakeBundles.DONE.clear();
        BundleCommands commands = commands();
        assertEquals("stopped io.mortise.router, io.mortise.codec", commands.stop("router", "9"));
        assertEquals("started io.mortise.codec", commands.start("io.mortise.codec"));
        assertEquals(List.of("stop 8", "stop 9", "start 9"), FakeBundles.DONE);
    }

    @Test
    void shouldDoNothingIfOneOfThemIsNotThere() {
        FakeBundles.DONE.clear();
        BundleCommands commands = commands();
        assertThrows(IllegalArgumentException.class, () -> commands.stop("router", "nobody"));
        assertThrows(IllegalArgumentException.class, commands::start);
        assertEquals(List.of(), FakeBundles.DONE);
    }

    private static BundleCommands commands() {
        return new BundleCommands(FakeBundles.context(
                bundle(8, "io.mortise.router", Bundle.ACTIVE, null, null),
                bundle(9, "io.mortise.codec", Bundle.ACTIVE, null, null)));
    }

    private static ServiceReference<?>[] services(ServiceReference<?>... services) {
        return services;
    }
}
