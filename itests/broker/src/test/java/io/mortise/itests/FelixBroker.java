// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertNull;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import io.mortise.api.connection.Listener;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A test in a Felix that runs the bundles of the full distribution, with a listener on a port that was free. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public abstract class FelixBroker {
    private static final String LISTENER = "io.mortise.listener.tcp";

    @Inject
    protected BundleContext context;

    @Inject
    protected ConfigurationAdmin configurations;

    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

    /** The port of the listener. */
    protected int port;

    /** The name of its configuration: another one for each test, so that the last one's is not taken for it. */
    private final String name = "test-" + System.nanoTime();

    @Configuration
    public Option[] configuration() throws URISyntaxException {
        Path paho = Path.of(MqttAsyncClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return options(
                composite(PlannedBundles.of("full")),
                CoreOptions.bundle("reference:" + paho.toUri()),
                systemPackages(
                        "org.slf4j;version=2.0.20",
                        "org.slf4j.event;version=2.0.20",
                        "org.slf4j.helpers;version=2.0.20",
                        "org.slf4j.spi;version=2.0.20"),
                CoreOptions.frameworkStartLevel(100),
                frameworkProperty("ds.delayed.keepInstances").value("true"),
                junitBundles(),
                cleanCaches(true));
    }

    /** Both auth providers are in the chain: each is needed, and gives its part. */
    @Before
    public void chainAuthProviders() throws Exception {
        Dictionary<String, Object> files = new Hashtable<>();
        files.put("users", file("users", "# no users\n"));
        files.put("rules", file("rules", "topic #\n"));
        configurations.getConfiguration("io.mortise.auth.file", "?").updateIfDifferent(files);
        Dictionary<String, Object> chains = new Hashtable<>();
        chains.put("authenticators", new String[] {"open", "file"});
        chains.put("authorizers", new String[] {"open", "file"});
        configurations.getConfiguration("io.mortise.engine", "?").updateIfDifferent(chains);
    }

    private String file(String name, String text) throws IOException {
        Path path = context.getDataFile(name).toPath();
        if (!Files.exists(path)) {
            Files.writeString(path, text);
        }
        return path.toString();
    }

    @Before
    public void openListener() throws Exception {
        port = openListener(LISTENER, "", Map.of("port", 0));
    }

    /** Opens a listener of this kind, and answers its port; those of one test differ by their suffix. */
    protected int openListener(String factory, String suffix, Map<String, Object> values) throws Exception {
        configurations.getFactoryConfiguration(factory, name + suffix, "?").update(new Hashtable<>(values));
        String pid = factory + "~" + name + suffix;
        ServiceTracker<Object, String> listeners = new ServiceTracker<>(context, bound(pid), null) {
            @Override
            public String addingService(ServiceReference<Object> reference) {
                return (String) reference.getProperty(Listener.ADDRESS);
            }
        };
        listeners.open(true);
        try {
            String address =
                    listeners.waitForService(TimeUnit.SECONDS.toMillis(20)) == null ? null : listeners.getService();
            if (address == null) {
                throw new AssertionError("no listener " + pid + " is bound; " + states());
            }
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        } finally {
            listeners.close();
        }
    }

    @After
    public void closeListener() throws Exception {
        closeListener(LISTENER, "");
    }

    /** Removes what {@link #openListener(String, String, Map)} opened. */
    protected void closeListener(String factory, String suffix) throws Exception {
        configurations.getFactoryConfiguration(factory, name + suffix, "?").delete();
    }

    /** The bundle with this symbolic name. */
    protected Bundle installed(String symbolicName) {
        for (Bundle bundle : context.getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError(symbolicName + " is not installed");
    }

    /** Updates it in place, to what it is. */
    protected void update(Bundle bundle) throws Exception {
        bundle.update();
        refresh(bundle);
    }

    /** Lets go of what was there before. */
    protected void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> refreshed.countDown());
        if (!refreshed.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError(bundle + " was not refreshed");
        }
    }

    /** The class loader of what runs now. */
    protected WeakReference<ClassLoader> loaderOf(Bundle bundle) {
        return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader(), collected);
    }

    /** Fails unless nobody refers to it any more. */
    protected void assertCollected(String name, WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int attempt = 0; attempt < 50 && loader.get() != null; attempt++) {
            System.gc();
            collected.remove(50);
        }
        assertNull("the old " + name + " is still in use", loader.get());
    }

    /** What is not as it should be. */
    private String states() {
        StringBuilder states = new StringBuilder();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
                states.append(bundle.getSymbolicName())
                        .append(" in state ")
                        .append(bundle.getState())
                        .append("; ");
            }
        }
        return states.toString();
    }

    private Filter bound(String pid) throws InvalidSyntaxException {
        return context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + Listener.class.getName() + ")(" + Listener.PID
                + "=" + pid + ")(" + Listener.ADDRESS + "=*))");
    }
}
