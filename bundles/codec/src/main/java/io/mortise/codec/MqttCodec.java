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
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The codec for MQTT 3.1, 3.1.1 and 5.0.
 *
 * <p>Called on any event loop. What connections share is kept here by event loop, and weakly, so that neither outlives the
 * other: nothing of this bundle stays with an event loop, and no event loop of a transport that is gone stays here.
 */
@Component(immediate = true, configurationPid = "io.mortise.codec")
@Designate(ocd = MqttCodec.Config.class)
public final class MqttCodec implements Codec {

    /** What the specification leaves to a server; a change is taken up between two packets. */
    @ObjectClassDefinition(
            name = "MQTT codec",
            description = "How strict the codec is where the specification leaves that open. A change costs nothing.")
    @interface Config {
        @AttributeDefinition(
                name = "User properties",
                description = "How many user properties a packet may have, those of a CONNECT and of its will together;"
                        + " a client that sends more is disconnected (0x97, quota exceeded)",
                min = "0",
                max = "65535")
        int user_properties_maximum() default 64;

        @AttributeDefinition(
                name = "Size of the user properties",
                description = "How many bytes the names and values of all user properties of a packet may have"
                        + " together; a client that sends more is disconnected (0x97, quota exceeded)",
                min = "0",
                max = "268435455")
        int user_properties_maximum_bytes() default 16_384;

        @AttributeDefinition(
                name = "Shortest integers",
                description =
                        "Whether a Variable Byte Integer, such as the Remaining Length, must take the fewest bytes"
                                + " that hold it, as MQTT 5.0 says; false lets clients in that always send four")
        boolean shortest_integers() default true;
    }

    private final InstantSource clock;
    private final Policy policy;
    private final Map<EventLoop, Workbench> workbenches = Collections.synchronizedMap(new WeakHashMap<>());

    /** The codec with the time of this machine. */
    @Activate
    public MqttCodec(Config config) {
        this(
                InstantSource.system(),
                new Policy(
                        config.user_properties_maximum(),
                        config.user_properties_maximum_bytes(),
                        config.shortest_integers()));
    }

    MqttCodec(InstantSource clock, Policy policy) {
        this.clock = clock;
        this.policy = policy;
    }

    @Override
    public ConnectionCodec open(@Nullable ProtocolVersion version, EventLoop eventLoop) {
        return new MqttConnectionCodec(version, workbench(eventLoop));
    }

    Workbench workbench(EventLoop eventLoop) {
        return workbenches.computeIfAbsent(eventLoop, unseen -> new Workbench(clock, policy));
    }

    @Deactivate
    void close() {
        workbenches.clear();
    }
}
