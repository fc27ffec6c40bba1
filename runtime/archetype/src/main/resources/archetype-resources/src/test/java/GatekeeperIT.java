package ${package};

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import io.mortise.api.connection.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import javax.inject.Inject;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The bundle as it is shipped, in a broker as it is shipped, and clients that try to come in. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class GatekeeperIT {
    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    private String address;

    /** The broker that a distribution runs with the feature minimal, and this bundle. */
    @Configuration
    public Option[] configuration() throws Exception {
        Path mortise = Path.of(System.getProperty("mortise.home"));
        List<Option> options = new ArrayList<>();
        for (String line : Files.readAllLines(mortise.resolve("plans/minimal.plan"))) {
            String[] fields = line.split("\t"); // bundle, start level, checksum, file
            if (fields[0].equals("bundle")) {
                Path jar = mortise.resolve("repository").resolve(fields[3]);
                var planned = bundle("reference:" + jar.toUri());
                options.add(isFragment(jar) ? planned.noStart() : planned.startLevel(Integer.parseInt(fields[1])));
            }
        }
        options.add(bundle("reference:" + Path.of(System.getProperty("bundle")).toUri()));
        options.add(bundle("reference:" + MqttClient.class.getProtectionDomain().getCodeSource().getLocation()));
        options.add(systemPackages(
                "org.slf4j;version=2.0.20",
                "org.slf4j.event;version=2.0.20",
                "org.slf4j.helpers;version=2.0.20",
                "org.slf4j.spi;version=2.0.20"));
        options.add(frameworkStartLevel(100));
        options.add(frameworkProperty("ds.delayed.keepInstances").value("true"));
        options.add(junitBundles());
        options.add(cleanCaches(true));
        return options.toArray(new Option[0]);
    }

    private static boolean isFragment(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Fragment-Host") != null;
        }
    }

    /** The broker asks this bundle and no other, and listens on a port that was free. */
    @Before
    public void open() throws Exception {
        configurations
                .getConfiguration("io.mortise.engine", "?")
                .updateIfDifferent(new Hashtable<>(Map.of(
                        "authenticators", new String[] {"gatekeeper"}, "authorizers", new String[] {"gatekeeper"})));
        configurations
                .getFactoryConfiguration("io.mortise.listener.tcp", "test", "?")
                .updateIfDifferent(new Hashtable<>(Map.of("port", 0)));
        Filter bound = FrameworkUtil.createFilter(
                "(&(objectClass=" + Listener.class.getName() + ")(" + Listener.ADDRESS + "=*))");
        ServiceTracker<Listener, Listener> listeners = new ServiceTracker<>(context, bound, null);
        listeners.open();
        address = "tcp://" + listeners.waitForService(20_000).address();
        listeners.close();
    }

    private MqttClient connect(String user, String word) throws MqttException {
        MqttClient client = new MqttClient(address, user, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(word.toCharArray());
        try {
            client.connect(options);
            return client;
        } catch (MqttException refused) {
            client.close(true);
            throw refused;
        }
    }

    @Test
    public void shouldLetInWhoKnowsTheWord() throws Exception {
        try (MqttClient alice = connect("alice", "open-sesame")) {
            BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
            alice.subscribe("home/alice/+", 1, (topic, message) -> heard.add(topic));
            alice.publish("home/bob/lamp", "on".getBytes(), 1, false);
            alice.publish("home/alice/lamp", "on".getBytes(), 1, false);
            assertEquals("home/alice/lamp", heard.poll(20, TimeUnit.SECONDS));
            assertTrue(heard.isEmpty());
            alice.disconnect();
        }
    }

    @Test
    public void shouldRefuseWhoDoesNot() {
        try (MqttClient stranger = connect("alice", "open-barley")) {
            throw new AssertionError(stranger.getClientId() + " was let in");
        } catch (MqttException refused) {
            assertEquals(MqttException.REASON_CODE_FAILED_AUTHENTICATION, refused.getReasonCode());
        }
    }
}
