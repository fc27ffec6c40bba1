// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When what an authorizer grants takes effect, and what is kept of how a client came in. */
class AccessTest {
    private static final Permissions ALL = new TestAuth.OnTopics(topic -> true);
    private static final Permissions NOTHING = new TestAuth.OnTopics(topic -> false);

    private final Harness harness = new Harness();

    @AfterEach
    void tearDown() {
        harness.close();
    }

    private static void grantElsewhere(Consumer<Permissions> grant, Permissions permissions) {
        Thread elsewhere = new Thread(() -> grant.accept(permissions));
        elsewhere.start();
        try {
            elsewhere.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ReasonCode answerToSubscribe(Authorizer authorizer) {
        harness.engine.useAuthorizers(Harness.always(authorizer));
        TestClient client = harness.connect("c");
        harness.settle();
        client.say(new Subscribe(1, List.of(new Subscription(TopicFilter.of("t"), Qos.AT_MOST_ONCE)), Properties.NONE));
        return client.hear(SubAck.class).reasonCodes().get(0);
    }

    @Test
    void shouldTakeTheLastGrantThatCameWhileTheAuthorizerWasAskedWhateverItsThread() {
        assertEquals(ReasonCode.NOT_AUTHORIZED, answerToSubscribe((client, grant) -> {
            grant.accept(ALL);
            grantElsewhere(grant, NOTHING);
            return () -> {};
        }));
    }

    @Test
    void shouldNotLetAGrantThatCameBeforeFromElsewhereOverrideTheLastOne() {
        assertEquals(ReasonCode.SUCCESS, answerToSubscribe((client, grant) -> {
            grantElsewhere(grant, NOTHING);
            grant.accept(ALL);
            return () -> {};
        }));
    }

    @Test
    void shouldGiveBackWhatAnAuthorizerGaveThatAllowedTooLittleAtOnce() {
        AtomicInteger open = new AtomicInteger();
        harness.engine.useAuthorizers(Harness.always((client, grant) -> {
            open.incrementAndGet();
            grant.accept(NOTHING);
            return open::decrementAndGet;
        }));
        TestClient client = harness.open(harness.opening("c").will("t", 0));
        assertEquals(ReasonCode.NOT_AUTHORIZED, client.connAck().reasonCode());
        await().until(() -> open.get() == 0);
    }

    @Test
    void shouldNotKeepThePasswordOfAClientThatIsConnected() {
        TestClient client = new TestClient(harness.wire());
        Connect connect =
                new Connect(ProtocolVersion.MQTT_5, true, 0, "c", null, "user", Payload.of("secret"), Properties.NONE);
        WeakReference<Payload> password = new WeakReference<>(connect.password());
        client.say(connect);
        connect = null;
        client.hear(ConnAck.class);
        await().until(() -> {
            System.gc();
            return password.get() == null;
        });
    }
}
