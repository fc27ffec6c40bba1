// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** SCRAM-SHA-256 for HiveMQ's client. */
final class ScramMechanism implements Mqtt5EnhancedAuthMechanism {
    private final String user;
    private final String password;
    private final AtomicInteger exchanges = new AtomicInteger();
    private volatile ScramClient scram;
    private volatile boolean serverProven;

    ScramMechanism(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /** Whether the broker has proved in the last exchange that it knows the password. */
    boolean isServerProven() {
        return serverProven;
    }

    /** How many came to a good end. */
    int exchanges() {
        return exchanges.get();
    }

    @Override
    public MqttUtf8String getMethod() {
        return MqttUtf8String.of("SCRAM-SHA-256");
    }

    @Override
    public int getTimeout() {
        return 20;
    }

    private byte[] first() {
        serverProven = false;
        scram = ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username(user)
                .password(password.toCharArray())
                .build();
        return scram.clientFirstMessage().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CompletableFuture<Void> onAuth(
            Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
        builder.data(first());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
        builder.data(first());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
        try {
            scram.serverFirstMessage(text(auth.getData()));
            builder.data(scram.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(true);
        } catch (ScramException wrong) {
            return CompletableFuture.completedFuture(false);
        }
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
        return proven(connAck.getEnhancedAuth().flatMap(auth -> auth.getData()));
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
        return proven(auth.getData());
    }

    private CompletableFuture<Boolean> proven(Optional<ByteBuffer> data) {
        try {
            scram.serverFinalMessage(text(data));
            serverProven = true;
            exchanges.incrementAndGet();
        } catch (ScramException wrong) {
            serverProven = false;
        }
        return CompletableFuture.completedFuture(serverProven);
    }

    private static String text(Optional<ByteBuffer> data) {
        return StandardCharsets.UTF_8.decode(data.orElseThrow()).toString();
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
