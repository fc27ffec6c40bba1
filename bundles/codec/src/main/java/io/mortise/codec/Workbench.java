// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolVersion;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/**
 * The tools that the connections of one event loop share, so that an idle connection costs next to nothing.
 *
 * <p>Owned by one event loop, which uses the tools for one packet after the other, without locks.
 */
final class Workbench {
    final Policy policy;
    final Strictness strictness;
    final PublishReader publishReader;
    final AcknowledgementReader acknowledgementReader;
    final TopicCache.Comparison topicComparison;
    final FrameCache publishWriter;
    final AcknowledgementWriter acknowledgementWriter;

    private final Map<ProtocolVersion, NettyMqtt> netty = new EnumMap<>(ProtocolVersion.class);

    Workbench(InstantSource clock, Policy policy) {
        this.policy = policy;
        PropertyReader propertyReader = new PropertyReader(policy);
        strictness = new Strictness(propertyReader);
        publishReader = new PublishReader(propertyReader, clock);
        acknowledgementReader = new AcknowledgementReader(propertyReader);
        topicComparison = new TopicCache.Comparison();
        Appender appender = new Appender();
        PropertyWriter propertyWriter = new PropertyWriter(appender);
        publishWriter = new FrameCache(new PublishWriter(appender, propertyWriter, clock));
        acknowledgementWriter = new AcknowledgementWriter(propertyWriter);
        for (ProtocolVersion version : ProtocolVersion.values()) {
            netty.put(version, new NettyMqtt(version));
        }
    }

    /** netty's decoder and encoder for this version. */
    NettyMqtt netty(ProtocolVersion version) {
        NettyMqtt spoken = netty.get(version);
        if (spoken == null) {
            throw new IllegalStateException("no codec for " + version);
        }
        return spoken;
    }
}
