// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.bench;

import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whether a client may publish a message, by rules of which the last one allows it: what each PUBLISH is asked.
 *
 * <p>A client that publishes to the same topics again finds the same {@link Topic} objects, those of the codec's cache; one that
 * never does so is the worst case.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PermissionBench {
    private static final int MANY = 1_024;

    @Param({"1", "10", "30", "100"})
    int rules;

    private Permissions permissions = TopicRules.nothing();
    private Topic topic = Topic.NONE;
    private final Topic[] topics = new Topic[MANY];
    private int next;

    @Setup
    public void setUp() {
        TopicRules.Builder builder = TopicRules.builder();
        for (int i = 1; i < rules; i++) {
            builder.add("readwrite plant/hall-" + i + "/+/%u/#", TopicRules.Places.IDENTITY);
        }
        builder.add("readwrite plant/own/+/%u/#", TopicRules.Places.IDENTITY);
        permissions = builder.build().permissionsOf(new Identity("sensor-4711", "alice", "alice"));
        topic = Topic.of("plant/own/line-7/alice/temperature");
        for (int i = 0; i < MANY; i++) {
            topics[i] = Topic.of("plant/own/line-" + i + "/alice/temperature");
        }
    }

    @Benchmark
    public boolean sameTopic() {
        return permissions.mayPublish(topic, Qos.AT_LEAST_ONCE, false);
    }

    @Benchmark
    public boolean anotherTopicEachTime() {
        return permissions.mayPublish(topics[next++ & MANY - 1], Qos.AT_LEAST_ONCE, false);
    }
}
