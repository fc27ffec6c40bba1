// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A transport with a codec and a broker, and the doors that a test opens. */
final class DoorFixture implements AutoCloseable {
    final NettyTransport transport = new NettyTransport(new Settings("auto", 2, 65_536, 32_768, 15));
    final FakeBroker broker;
    private final List<TlsIdentity> identities = new ArrayList<>();

    private record Settings(String io, int threads, int write_buffer_high, int write_buffer_low, int door_hold_seconds)
            implements NettyTransport.Config {
        @Override
        public long partial_packets_maximum_bytes() {
            return 0;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return NettyTransport.Config.class;
        }
    }

    DoorFixture(FakeBroker broker) {
        this.broker = broker;
        transport.bindCodec(new FakeCodec(1), Map.of());
        transport.bindBroker(broker, Map.of());
    }

    DoorFixture() {
        this(FakeBroker.echo());
    }

    /** On a port that was free. */
    Door open(DoorSettings settings) throws Exception {
        return transport
                .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    TlsIdentity encryptBy(String name, TlsSettings settings) {
        TlsIdentity identity = new TlsIdentity(name, Path.of(""), settings);
        identities.add(identity);
        transport.bindTls(identity);
        return identity;
    }

    @Override
    public void close() {
        transport.close();
        for (TlsIdentity identity : identities) {
            try {
                identity.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
