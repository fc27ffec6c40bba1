// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.transport.wire.Codec;
import io.mortise.transport.wire.ConnectionCodec;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The codec for MQTT 3.1, 3.1.1 and 5.0.
 *
 * <p>Called on any event loop. What connections share is kept here by event loop, and weakly, so that neither outlives the
 * other: nothing of this bundle stays with an event loop, and no event loop of a transport that is gone stays here.
 */
@Component(immediate = true)
public final class MqttCodec implements Codec {
    private final InstantSource clock;
    private final Map<EventLoop, Workbench> workbenches = Collections.synchronizedMap(new WeakHashMap<>());

    /** The codec with the time of this machine. */
    @Activate
    public MqttCodec() {
        this(InstantSource.system());
    }

    MqttCodec(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ConnectionCodec open(@Nullable ProtocolVersion version, EventLoop eventLoop) {
        return new MqttConnectionCodec(version, workbench(eventLoop));
    }

    Workbench workbench(EventLoop eventLoop) {
        return workbenches.computeIfAbsent(eventLoop, unseen -> new Workbench(clock));
    }

    @Deactivate
    void close() {
        workbenches.clear();
    }
}
