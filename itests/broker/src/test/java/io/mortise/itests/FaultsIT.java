// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.ByteClient.connect;
import static io.mortise.itests.ByteClient.packet;
import static io.mortise.itests.ByteClient.publish;
import static io.mortise.itests.ByteClient.subscribe;
import static io.mortise.itests.ByteClient.twoBytes;
import static io.mortise.itests.ByteClient.unsubscribe;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

/**
 * SEC-11 in the broker as it is wired: each part in turn gets a provider that passes everything on to the real one, but throws
 * when it is about the client, the topic or the bytes "poison". That costs the one who is concerned, and nobody else.
 *
 * <p>What is thrown is a LinkageError, as after a plugin's refresh, or a StackOverflowError.
 */
public class FaultsIT extends FelixBroker {
    private static final String POISON = "poison";
    private static final String API = "io.mortise.api.";
    private static final String CODEC = "io.mortise.transport.wire.Codec";

    /** The services, and what is thrown at: a method of the service, or of what it gives. */
    private static final Map<String, List<String>> HOOKS = Map.of(
            CODEC,
            List.of("ConnectionCodec.decode", "ConnectionCodec.encode"),
            API + "routing.Router",
            List.of("Router.subscribe", "Router.unsubscribe", "Router.route"),
            API + "store.SessionStore",
            List.of(
                    "SessionStore.put",
                    "SessionStore.remove",
                    "SessionStore.changed",
                    "SessionStore.subscribed",
                    "SessionStore.unsubscribed",
                    "SessionStore.queued",
                    "SessionStore.sent",
                    "SessionStore.done",
                    "SessionStore.inbound",
                    "SessionStore.inboundDone"),
            API + "store.RetainedStore",
            List.of("RetainedStore.put", "RetainedStore.remove"),
            API + "auth.Authenticator",
            List.of("Authenticator.authenticate"),
            API + "auth.Authorizer",
            List.of(
                    "Authorizer.authorize",
                    "Authorization.close",
                    "Permissions.mayPublish",
                    "Permissions.maySubscribe",
                    "Permissions.mayReceive"));

    private final AtomicInteger thrown = new AtomicInteger();
    private volatile String hook = "";

    @Test
    public void SEC_11_shouldLetAFaultCostOneConnection() throws Exception {
        try (Conversation others = new Conversation(port, 2)) {
            for (Map.Entry<String, List<String>> service : HOOKS.entrySet()) {
                ServiceReference<?> real = real(service.getKey());
                ServiceRegistration<?> poisoned = register(service.getKey(), real);
                try {
                    for (String each : service.getValue()) {
                        costsOneConnection(each, others);
                    }
                } finally {
                    hook = "";
                    poisoned.unregister();
                    context.ungetService(real);
                }
            }
        }
    }

    private void costsOneConnection(String each, Conversation others) throws Exception {
        thrown.set(0);
        hook = each;
        others.say(5);
        liveThrough();
        others.say(5);
        others.hearEverything();
        others.isUnbroken();
        assertTrue(each + " was not reached", thrown.get() > 0);
        hook = "";
        try (ByteClient again = ByteClient.connected(port, 5, POISON)) { // it is served again
            again.say(subscribe(5, 1, POISON + "/again", 0));
            assertEquals(each, 0x90, again.hear(9)[0] & 0xFF);
            again.say(publish(5, POISON + "/again", 0, 0, new byte[1]));
            again.hear(3);
        }
    }

    /** All that a client does, each step on a connection of its own, which ends or answers. */
    private void liveThrough() throws IOException {
        byte[] payload = POISON.getBytes(StandardCharsets.UTF_8);
        step(subscribe(5, 1, POISON + "/#", 2));
        step(packet(0x33, POISON + "/kept", twoBytes(2), 0, payload));
        step(publish(5, POISON + "/once", 2, 3, payload), packet(0x62, twoBytes(3)));
        somebodyPublishes(payload);
        step(packet(0x40, twoBytes(1)), packet(0x40, twoBytes(2)), packet(0x40, twoBytes(3)));
        somebodyPublishes(payload);
        step(packet(0x33, POISON + "/kept", twoBytes(2), 0));
        step(unsubscribe(5, 4, POISON + "/#"));
        try (ByteClient last = new ByteClient(port)) {
            last.say(connect(5, POISON, true, 0)); // the session ends
            assertTrue(last.endsOrAnswers());
        }
    }

    private void step(byte[]... packets) throws IOException {
        try (ByteClient client = new ByteClient(port)) {
            client.say(packet(0x10, "MQTT", 5, 0, twoBytes(0), new byte[] {5, 0x11, 0, 0, 1, 0}, POISON));
            for (byte[] packet : packets) {
                client.trySay(packet);
            }
            assertTrue("stuck at " + hook, client.endsOrAnswers());
        }
    }

    /** By another client, who is concerned because of the topic. */
    private void somebodyPublishes(byte[] payload) throws IOException {
        try (ByteClient other = new ByteClient(port)) {
            other.say(connect(5, "somebody", true, 0));
            other.trySay(publish(5, POISON + "/from-somebody", 1, 9, payload));
            assertTrue("stuck at " + hook, other.endsOrAnswers());
        }
    }

    // ---- the providers

    /** The service that is in use, now or in a while: of the auth providers, the one that lets everybody in. */
    private ServiceReference<?> real(String name) throws Exception {
        String open = name.startsWith(API + "auth.") ? "(mortise.auth.name=open)" : "";
        Filter filter = context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + name + ")" + open + ")");
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter, null);
        tracker.open(true);
        try {
            if (tracker.waitForService(TimeUnit.SECONDS.toMillis(20)) == null) {
                throw new AssertionError("there is no " + filter);
            }
            return tracker.getServiceReference();
        } finally {
            tracker.close();
        }
    }

    private ServiceRegistration<?> register(String name, ServiceReference<?> real) throws Exception {
        Object service = context.getService(real);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_RANKING, 1000);
        properties.put("mortise.auth.name", "open"); // the place of an auth provider in the chain
        Object store = real.getProperty("mortise.store.name"); // or of the store in use
        if (store != null) {
            properties.put("mortise.store.name", store);
        }
        Class<?> type = real.getBundle().loadClass(name);
        return context.registerService(name, poisoned(type, service), properties);
    }

    private Object poisoned(Class<?> type, Object part) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() != Object.class) {
                strike(type.getSimpleName() + "." + method.getName(), arguments);
            }
            Object[] passed = arguments;
            if (method.getName().equals("authorize")) {
                passed = arguments.clone();
                Consumer<Object> grant = consumer(arguments[1]);
                Class<?> permissions = type.getClassLoader().loadClass(API + "auth.Permissions");
                passed[1] = (Consumer<Object>) granted -> grant.accept(poisoned(permissions, granted));
            }
            Object answer = call(method, part, passed);
            if (method.getName().equals("authorize")) {
                boolean concerned = arguments[0].toString().contains(POISON);
                return concerned ? closing(method.getReturnType(), answer) : answer;
            }
            boolean codec = method.getReturnType().getSimpleName().equals("ConnectionCodec");
            return codec ? poisoned(method.getReturnType(), answer) : answer;
        });
    }

    private Object closing(Class<?> authorization, Object real) {
        return Proxy.newProxyInstance(
                authorization.getClassLoader(), new Class<?>[] {authorization}, (proxy, method, arguments) -> {
                    strike("Authorization." + method.getName(), new Object[] {POISON});
                    return call(method, real, arguments);
                });
    }

    @SuppressWarnings("unchecked") // what an authorizer is given
    private static Consumer<Object> consumer(Object grant) {
        return (Consumer<Object>) grant;
    }

    private void strike(String called, Object[] arguments) throws Exception {
        if (called.equals(hook) && arguments != null && concerned(called, arguments)) {
            throw thrown.incrementAndGet() % 2 == 0
                    ? new StackOverflowError()
                    : new NoClassDefFoundError("of/a/plugin/that/was/Refreshed");
        }
    }

    private static boolean concerned(String called, Object[] arguments) throws Exception {
        for (Object argument : arguments) {
            String text = called.equals("ConnectionCodec.decode")
                    ? (String) argument.getClass()
                            .getMethod("toString", Charset.class)
                            .invoke(argument, StandardCharsets.ISO_8859_1)
                    : String.valueOf(argument);
            if (text.contains(POISON)) {
                return true;
            }
        }
        return false;
    }

    private static Object call(Method method, Object part, Object[] arguments) throws Throwable {
        try {
            return method.invoke(part, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }
}
