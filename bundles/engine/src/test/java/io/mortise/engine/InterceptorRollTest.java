// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.Interceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which interceptors are in force, in which order. */
class InterceptorRollTest {
    private static final Identity CLIENT = new Identity("c", "", "");

    private @Nullable Interceptors inForce = Interceptors.NONE;
    private int changes;

    private InterceptorRoll roll(String... names) {
        return new InterceptorRoll(List.of(names), next -> {
            inForce = next;
            changes++;
        });
    }

    /** Adds a letter to what is published, and to what is delivered. */
    private record Letter(String letter) implements PublishInterceptor, DeliveryInterceptor {
        @Override
        public CompletionStage<Decision<Message>> publish(Identity client, Message message) {
            return Decision.proceed(new Message(
                    message.topic(), Payload.of(message.payload().toText() + letter), message.qos(), message.retain()));
        }

        @Override
        public CompletionStage<Decision<Message>> deliver(Identity client, Message message) {
            return publish(client, message);
        }
    }

    private static Map<String, Object> properties(long id, int ranking, String name, Class<?>... types) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.id", id);
        properties.put("service.ranking", ranking);
        if (!name.isEmpty()) {
            properties.put(Interceptor.NAME, name);
        }
        String[] names = new String[types.length];
        for (int i = 0; i < types.length; i++) {
            names[i] = types[i].getName();
        }
        properties.put("objectClass", names);
        return properties;
    }

    private static Map<String, Object> add(InterceptorRoll roll, long id, int ranking, String name, String letter) {
        Map<String, Object> properties = properties(id, ranking, name, PublishInterceptor.class);
        roll.add(PublishInterceptor.class, new Letter(letter), properties);
        return properties;
    }

    private String published() {
        Interceptors current = inForce;
        assertNotNull(current, "everything is held");
        InterceptorChain<Identity, Message> chain = current.publishes();
        if (chain == null) {
            return "";
        }
        Message message = new Message(Topic.of("a"), Payload.of(""), Qos.AT_MOST_ONCE, false);
        Decision<Message> decision = chain.ask(CLIENT, message).join();
        return ((Decision.Proceed<Message>) decision).value().payload().toText();
    }

    @Test
    void shouldAskTheHighestRankingFirst() {
        InterceptorRoll roll = roll();
        add(roll, 1, 0, "", "c");
        add(roll, 2, 5, "", "b");
        Map<String, Object> first = add(roll, 3, 9, "", "a");
        add(roll, 4, 0, "", "d");
        assertEquals("abcd", published());
        roll.remove(PublishInterceptor.class, first);
        assertEquals("bcd", published());
    }

    @Test
    void shouldAskThoseThatAreNamedFirstAndInTheirOrder() {
        InterceptorRoll roll = roll("two", "one");
        assertNull(inForce);
        add(roll, 1, 9, "one", "1");
        add(roll, 2, 99, "other", "o");
        assertNull(inForce);
        assertEquals(List.of("two"), roll.missing());
        Map<String, Object> two = add(roll, 3, 0, "two", "2");
        assertEquals("21o", published());
        roll.remove(PublishInterceptor.class, two);
        assertNull(inForce);
    }

    @Test
    void shouldAskOneOfThoseWithTheSameName() {
        InterceptorRoll roll = roll();
        Map<String, Object> old = add(roll, 1, 0, "x", "1");
        int before = changes;
        add(roll, 2, 0, "x", "2");
        assertEquals("1", published());
        assertEquals(before, changes, "nothing is held up for one that is not asked");
        roll.remove(PublishInterceptor.class, old);
        assertEquals("2", published());
        add(roll, 3, 1, "x", "3");
        assertEquals("3", published());
    }

    @Test
    void shouldNotUseHalfARegistration() {
        InterceptorRoll roll = roll("x");
        Letter letter = new Letter("l");
        Map<String, Object> properties =
                properties(1, 0, "x", PublishInterceptor.class, DeliveryInterceptor.class, Runnable.class);
        roll.add(PublishInterceptor.class, letter, properties);
        assertNull(inForce);
        roll.add(DeliveryInterceptor.class, letter, properties);
        assertEquals("l", published());
        roll.remove(DeliveryInterceptor.class, properties);
        assertNull(inForce);
    }
}
