// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/**
 * At each seam the provider leaves and comes back while clients stay connected: what needs it is held, and goes on where it
 * was.
 */
public class SeamIT extends FelixBroker {
    @Test
    public void shouldHoldWhileTheCodecIsAway() throws Exception {
        holdsWhileAway("io.mortise.codec");
    }

    @Test
    public void shouldHoldWhileTheEngineIsAway() throws Exception {
        holdsWhileAway("io.mortise.engine");
    }

    @Test
    public void shouldHoldWhileTheRouterIsAway() throws Exception {
        holdsWhileAway("io.mortise.router");
    }

    @Test
    public void shouldHoldWhileTheStoreIsAway() throws Exception {
        holdsWhileAway("io.mortise.store.sqlite");
    }

    @Test
    public void shouldHoldWhileAuthIsAway() throws Exception {
        holdsWhileAway("io.mortise.auth.open");
        holdsWhileAway("io.mortise.auth.file");
    }

    @Test
    public void shouldKeepConnectionsThatCameThroughAListenerThatLeft() throws Exception {
        try (Conversation conversation = new Conversation(port, 1)) {
            Bundle listener = installed("io.mortise.listener.tcp");
            listener.stop();
            conversation.say(20);
            conversation.hearEverything();
            listener.start();
            conversation.say(20);
            conversation.hearEverything();
            conversation.isUnbroken();
        }
    }

    @Test
    public void shouldNotNoticeThatTheSysTopicsAreAway() throws Exception {
        try (Conversation conversation = new Conversation(port, 1)) {
            Bundle sysTopics = installed("io.mortise.sys.topics");
            conversation.say(20);
            sysTopics.stop();
            conversation.say(20);
            conversation.hearEverything();
            sysTopics.start();
            conversation.say(20);
            conversation.hearEverything();
            conversation.isUnbroken();
        }
    }

    @Test
    public void shouldLetAClientWaitThatConnectsWhileAuthIsAway() throws Exception {
        Bundle auth = installed("io.mortise.auth.open");
        auth.stop();
        MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "patient", new MemoryPersistence());
        try {
            IMqttToken connecting = client.connect();
            CountDownLatch answered = new CountDownLatch(1);
            connecting.setActionCallback(new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    answered.countDown();
                }

                @Override
                public void onFailure(IMqttToken token, Throwable failure) {
                    answered.countDown();
                }
            });
            if (answered.await(500, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("answered although nobody could say who it is", connecting.getException());
            }
            auth.start();
            connecting.waitForCompletion(20_000);
            client.disconnect().waitForCompletion(20_000);
        } finally {
            auth.start();
            client.close(true);
        }
    }

    @Test
    public void shouldForgetTheOldVersionWhenOneIsUpdatedInPlace() throws Exception {
        for (String name : List.of(
                "io.mortise.codec",
                "io.mortise.router",
                "io.mortise.engine",
                "io.mortise.store.sqlite",
                "io.mortise.auth.open",
                "io.mortise.sys.topics",
                "io.mortise.auth.file",
                "io.mortise.auth.scram",
                "io.mortise.auth.cert",
                "io.mortise.auth.jwt",
                "io.mortise.auth.http",
                "io.mortise.auth.ldap",
                "io.mortise.listener.tcp")) {
            try (Conversation conversation = new Conversation(port, 2)) {
                conversation.say(20);
                conversation.hearEverything();
                WeakReference<ClassLoader> old = loaderOf(installed(name));
                conversation.say(50);
                update(installed(name));
                conversation.say(50);
                conversation.hearEverything();
                conversation.isUnbroken();
                assertCollected(name, old);
            }
        }
    }

    @Test
    public void shouldMoveOverToANewVersionThatIsStartedBesideTheOldOne() throws Exception {
        for (String name : List.of(
                "io.mortise.codec",
                "io.mortise.router",
                "io.mortise.engine",
                "io.mortise.store.sqlite",
                "io.mortise.auth.open",
                "io.mortise.auth.file",
                "io.mortise.auth.scram",
                "io.mortise.auth.cert",
                "io.mortise.auth.jwt",
                "io.mortise.auth.http",
                "io.mortise.auth.ldap")) {
            try (Conversation conversation = new Conversation(port, 2)) {
                conversation.say(20);
                conversation.hearEverything();
                Bundle old = installed(name);
                WeakReference<ClassLoader> loader = loaderOf(old);
                conversation.say(50);
                Bundle next = context.installBundle(nextVersion(old).toUri().toString());
                next.start();
                conversation.say(50);
                old.uninstall();
                refresh(old);
                conversation.say(50);
                conversation.hearEverything();
                conversation.isUnbroken();
                assertCollected(name, loader);
            }
        }
    }

    /** The same bundle with another version: two of one name and version cannot be installed. */
    private static Path nextVersion(Bundle bundle) throws IOException {
        Path jar = Path.of(URI.create(bundle.getLocation().replaceFirst("^reference:", "")));
        Path copy = Files.createTempFile(bundle.getSymbolicName(), ".jar");
        copy.toFile().deleteOnExit();
        try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, "0.1.0.next");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
                for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return copy;
    }

    private void holdsWhileAway(String symbolicName) throws Exception {
        Bundle provider = installed(symbolicName);
        for (int qos = 1; qos <= 2; qos++) {
            try (Conversation conversation = new Conversation(port, qos)) {
                conversation.say(20);
                conversation.hearEverything();
                provider.stop();
                try {
                    conversation.say(30);
                    conversation.hearNothing();
                } finally {
                    provider.start();
                }
                conversation.hearEverything();
                conversation.say(20);
                conversation.hearEverything();
                conversation.isUnbroken();
            }
        }
    }
}
