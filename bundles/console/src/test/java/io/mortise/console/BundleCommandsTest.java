// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static io.mortise.console.FakeBundles.bundle;
import static io.mortise.console.FakeBundles.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.connection.Listener;
import io.mortise.api.health.Ledger;
import io.mortise.api.health.Ledger.Entry;
import java.time.Instant;
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
                ID  BUNDLE                   VERSION  STATE     CALLS  ERRORS  TIME  WAITING  SWAPPED  THREADS  PORTS           GIVES                        TAKES
                 7  io.mortise.engine        0.1.0    active        -       -     -        0  -              0  -               -                            RetainedStore, Router, SessionStore
                 8  io.mortise.listener.tcp  0.1.0    starting      -       -     -        0  -              0  127.0.0.1:1883  Listener x2                  -
                 9  io.mortise.store.memory  0.1.0    active        -       -     -        0  -              0  -               RetainedStore, SessionStore  -
                3 bundles""", commands.bundles());
    }

    @Test
    void shouldAddUpWhatIsKnownOfEachOfOursAndOfOthersThatAreCalled() {
        BundleCommands commands = new BundleCommands(FakeBundles.context(
                bundle(3, "org.apache.felix.scr", Bundle.ACTIVE, null, null),
                bundle(4, "com.example.auth", Bundle.ACTIVE, null, null),
                bundle(8, "io.mortise.router", Bundle.ACTIVE, null, null)));
        Ledger one = () -> Map.of(
                8L, new Entry(1_000, 1, 240_000_000, 0, null), 4L, new Entry(2, 2, 15_500, 3, null), 99L, Entry.NONE);
        Ledger other = () -> Map.of(8L, new Entry(0, 0, 0, 0, Instant.parse("2026-11-26T17:43:26.123Z")));
        commands.bindLedger(one);
        commands.bindLedger(other);

        assertEquals("""
                ID  BUNDLE             VERSION  STATE   CALLS  ERRORS    TIME  WAITING  SWAPPED               THREADS  PORTS  GIVES  TAKES
                 4  com.example.auth   0.1.0    active      2       2   15 us        3  -                           0  -      -      -
                 8  io.mortise.router  0.1.0    active   1000       1  240 ms        0  2026-11-26T17:43:26Z        0  -      -      -
                2 bundles""", commands.bundles());

        commands.unbindLedger(one);
        commands.unbindLedger(other);
        assertEquals(
                "1 bundle",
                commands.bundles().lines().reduce((row, next) -> next).orElseThrow());
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
