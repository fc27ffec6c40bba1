// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Keep Alive (3.1.2.10) and PINGREQ (3.12). */
@Conformance
class KeepAliveIT {
    private final Clients clients;

    KeepAliveIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.1.2-24", "3.12.4-1"})
    void shouldEndTheConnectionOfASilentClient311() {
        Wire watcher = clients.mqtt311("w"); // no keep-alive: it may be silent for ever
        watcher.send("82 [ 0001 <@/will> 00 ]").expect("90 [ 0001 00 ]");
        Wire silent = clients.connect("10 [ <MQTT> 04 06 (will) 0001 (keep alive) <@c> <@/will> <silent> ]");
        silent.expectClosed();
        watcher.expect("30 [ <@/will> 'silent' ]");
        watcher.send("c0 00").expect("d0 00");
    }

    @Test
    @Mqtt5({"3.1.2-22", "3.2.2-22", "3.12.4-1"})
    void shouldEndTheConnectionOfASilentClient5() {
        Wire watcher = clients.mqtt5("w");
        watcher.send("82 [ 0001 [ ] <@/will> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire silent = clients.open();
        // 3.2.2-22: there is no Server Keep Alive in the answer, so it is one second
        String serverKeepAlive = silent.connect(
                        "10 [ <MQTT> 05 06 (will) 0001 (keep alive) [ ] <@c> [ ] <@/will> <silent> ]")
                .property("13");
        if (!serverKeepAlive.isEmpty()) {
            throw new AssertionError("Server Keep Alive " + serverKeepAlive);
        }
        silent.expect("e0 [ 8d ... ]").expectClosed();
        watcher.expect("30 [ <@/will> [ ] 'silent' ]");
        watcher.send("c0 00").expect("d0 00");
    }

    @Test
    @Mqtt311("3.1.2-24")
    @Mqtt5("3.1.2-22")
    void shouldKeepTheConnectionOfAClientThatSaysSomething() {
        Wire old = clients.connect("10 [ <MQTT> 04 02 0001 (keep alive) <@o> ]");
        Wire five = clients.connect("10 [ <MQTT> 05 02 0001 (keep alive) [ ] <@f> ]");
        Wire silent = clients.connect("10 [ <MQTT> 04 02 0002 (keep alive) <@s> ]");
        CompletableFuture<Void> ended = CompletableFuture.runAsync(silent::expectClosed); // twice as long
        while (!ended.isDone()) {
            old.send("c0 00").expect("d0 00");
            five.send("c0 00").expect("d0 00");
        }
        ended.join();
        old.expectNothing();
        five.expectNothing();
    }
}
