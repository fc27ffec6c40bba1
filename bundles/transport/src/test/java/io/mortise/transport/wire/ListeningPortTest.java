// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ProtocolVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ListeningPortTest {
    private volatile String failure;
    private volatile SocketAddress kept;
    private volatile int attempts;
    private final List<String> doors = new CopyOnWriteArrayList<>();

    private CompletionStage<Door> open(SocketAddress address, DoorSettings settings) {
        attempts++;
        SocketAddress stays = kept;
        if (failure != null && stays == null) {
            return CompletableFuture.failedFuture(new IOException(failure));
        }
        return CompletableFuture.completedFuture(new Door() {
            @Override
            public SocketAddress address() {
                return stays == null ? address : stays;
            }

            @Override
            public String failure() {
                return stays == null ? null : failure;
            }

            @Override
            public int connections() {
                return 0;
            }

            @Override
            public void leave() {
                doors.add("left");
            }

            @Override
            public void close() {
                doors.add("closed");
            }
        });
    }

    private ListeningPort port(SocketAddress address) {
        return new ListeningPort(this::open, "mqtt", () -> address, DoorSettings.of("listener"));
    }

    @Test
    void shouldStayWhereItIsUntilItCanMove() {
        ListeningPort port = port(new InetSocketAddress("127.0.0.1", 1883));
        kept = new InetSocketAddress("127.0.0.1", 1884);
        failure = "taken";
        assertFalse(port.open());
        assertEquals("127.0.0.1:1884", port.address());
        assertEquals("taken", port.failure());
        port.keepTrying(1, () -> {});
        kept = null;
        failure = null;
        await().until(() -> "127.0.0.1:1883".equals(port.address()));
        port.stopTrying();
        assertEquals(null, port.failure());
        port.close();
        assertEquals(List.of("closed"), doors);
    }

    @Test
    void shouldTryUntilTheDoorIsOpen() {
        ListeningPort port = port(new InetSocketAddress("127.0.0.1", 1883));
        List<String> said = new CopyOnWriteArrayList<>();
        failure = "taken";
        assertFalse(port.open());
        CountDownLatch changes = new CountDownLatch(2);
        port.keepTrying(1, () -> {
            said.add(port.failure() + " " + port.address());
            changes.countDown();
        });
        await().until(() -> attempts > 3);
        failure = "forbidden";
        await().until(() -> changes.getCount() == 1);
        failure = null;
        await().until(() -> changes.getCount() == 0);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("mortise-retry")));
        assertEquals(List.of("forbidden null", "null 127.0.0.1:1883"), said);
        port.stopTrying();
        port.leave();
        port.close();
        assertEquals(List.of("left"), doors);
    }

    @Test
    void shouldNameAUnixDomainSocketByItsPath() {
        ListeningPort port = port(UnixDomainSocketAddress.of("/run/mqtt.sock"));
        assertTrue(port.open());
        assertEquals("unix:/run/mqtt.sock", port.address());
        port.close();
        assertEquals(List.of("closed"), doors);
    }

    @Test
    void shouldKnowTheVersionsByTheirNames() {
        assertEquals(
                Set.of(ProtocolVersion.MQTT_3_1, ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5),
                Versions.named("3.1", "3.1.1", "5.0"));
        assertEquals(
                "versions: 3.1, 3.1.1 or 5.0 expected, got 4",
                assertThrows(IllegalArgumentException.class, () -> Versions.named("4"))
                        .getMessage());
    }
}
