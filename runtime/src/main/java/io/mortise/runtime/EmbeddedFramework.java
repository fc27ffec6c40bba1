// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Makes the OSGi framework on the launcher's class path, the same for resolving features and for running them. Any thread.
 */
public final class EmbeddedFramework {

    /**
     * What bundles get from the launcher's class path. Logging and the Config Admin API are there, and not in bundles, so
     * that no update can refresh what depends on them, which is everything.
     */
    private static final List<String> EXPORTED = List.of(
            "org.slf4j;version=1.7.36",
            "org.slf4j;version=2.0.20",
            "org.slf4j.event;version=2.0.20",
            "org.slf4j.helpers;version=1.7.36",
            "org.slf4j.helpers;version=2.0.20",
            "org.slf4j.spi;version=1.7.36",
            "org.slf4j.spi;version=2.0.20",
            "org.osgi.service.cm;version=1.6.1");

    private EmbeddedFramework() {}

    /** A framework that is not initialised yet; {@code properties} go over those that it always has. */
    public static Framework create(Map<String, String> properties) {
        Iterator<FrameworkFactory> factories =
                ServiceLoader.load(FrameworkFactory.class).iterator();
        if (!factories.hasNext()) {
            throw new IllegalStateException("no OSGi framework on the class path");
        }
        Map<String, String> all = new HashMap<>();
        all.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, EXPORTED.stream().collect(Collectors.joining(",")));
        all.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
        // Felix needs no URL protocols of its own, and a process has only one place for them.
        all.put("felix.service.urlhandlers", "false");
        // The folder has an owner already: see DataDirectory.
        all.put("felix.cache.locking", "false");
        // A component that was needed once is kept, not made anew for the next use.
        all.put("ds.delayed.keepInstances", "true");
        all.putAll(properties);
        return factories.next().newFramework(withLog(all));
    }

    @SuppressWarnings("unchecked") // Felix takes its log as an object in a map that the specification types as text
    private static Map<String, String> withLog(Map<String, String> properties) {
        Map<String, Object> map = new HashMap<>(properties);
        map.put("felix.log.logger", new FrameworkLog());
        return (Map<String, String>) (Map<String, ?>) map;
    }
}
