// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.PublishInterceptor;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;

/** A vendor's bundle intercepts what two clients say, and comes and goes meanwhile: not a message passes it by. */
public class InterceptIT extends FelixBroker {
    private static final String NAME = "com.example.envelope";

    private Bundle envelope;

    @Before
    public void demandAnEnvelope() throws Exception {
        configure("envelope");
        envelope = install("1.0.0");
        envelope.start();
    }

    @After
    public void leave() throws Exception {
        if (envelope.getState() != Bundle.UNINSTALLED) {
            envelope.uninstall();
        }
        configure();
    }

    private void configure(String... names) throws Exception {
        Configuration engine = configurations.getConfiguration("io.mortise.engine", "?");
        Dictionary<String, Object> properties = engine.getProperties();
        properties.put("interceptors", names);
        engine.update(properties);
    }

    private Bundle install(String version) throws Exception {
        Path jar = Files.createTempFile("envelope", ".jar");
        jar.toFile().deleteOnExit();
        VendorBundle.write(
                jar,
                NAME,
                version,
                "<property name=\"mortise.interceptor.name\" value=\"envelope\"/>",
                List.of(PublishInterceptor.class, DeliveryInterceptor.class),
                Envelope.class);
        return context.installBundle(jar.toUri().toString());
    }

    @Test
    public void shouldHoldWhileItIsAway() throws Exception {
        for (int qos = 1; qos <= 2; qos++) {
            try (Conversation conversation = new Conversation(port, qos)) {
                conversation.say(20);
                conversation.hearEverything();
                envelope.stop();
                conversation.say(20);
                conversation.hearNothing();
                envelope.start();
                conversation.say(20);
                conversation.hearEverything();
                conversation.isUnbroken();
            }
        }
    }

    @Test
    public void shouldForgetTheOldVersionWhenItIsUpdatedInPlace() throws Exception {
        try (Conversation conversation = new Conversation(port, 2)) {
            conversation.say(50);
            WeakReference<ClassLoader> old = loaderOf(envelope);
            update(envelope);
            conversation.say(50);
            conversation.hearEverything();
            conversation.isUnbroken();
            assertCollected(NAME, old);
        }
    }

    @Test
    public void shouldMoveOverToANewVersionThatIsStartedBesideTheOldOne() throws Exception {
        try (Conversation conversation = new Conversation(port, 2)) {
            conversation.say(50);
            WeakReference<ClassLoader> loader = loaderOf(envelope);
            Bundle next = install("1.1.0");
            next.start();
            conversation.say(50);
            envelope.uninstall();
            refresh(envelope);
            envelope = next;
            conversation.say(50);
            conversation.hearEverything();
            conversation.isUnbroken();
            assertCollected(NAME, loader);
        }
    }

    @Test
    public void shouldGoOnBeingAskedByTheNextEngine() throws Exception {
        try (Conversation conversation = new Conversation(port, 2)) {
            conversation.say(50);
            WeakReference<ClassLoader> old = loaderOf(installed("io.mortise.engine"));
            update(installed("io.mortise.engine"));
            conversation.say(50);
            conversation.hearEverything();
            conversation.isUnbroken();
            assertCollected("io.mortise.engine", old);
        }
    }
}
