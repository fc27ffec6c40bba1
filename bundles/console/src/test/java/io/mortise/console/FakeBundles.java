// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** Bundles without a framework. */
final class FakeBundles {
    /** What was done to bundles of the test that runs. */
    static final List<String> DONE = new ArrayList<>();

    private FakeBundles() {}

    static BundleContext context(Bundle... bundles) {
        return fake(
                BundleContext.class,
                Map.of(
                        "getBundles", args -> bundles,
                        "getBundle",
                                args -> Arrays.stream(bundles)
                                        .filter(bundle -> args[0].equals(bundle.getBundleId()))
                                        .findFirst()
                                        .orElse(null)));
    }

    static Bundle bundle(long id, String name, int state, ServiceReference<?>[] gives, ServiceReference<?>[] takes) {
        Map<String, Function<Object[], Object>> answers = new HashMap<>();
        answers.put("getBundleId", args -> id);
        answers.put("getSymbolicName", args -> name);
        answers.put("getVersion", args -> new Version(0, 1, 0));
        answers.put("getState", args -> state);
        answers.put("getRegisteredServices", args -> gives);
        answers.put("getServicesInUse", args -> takes);
        answers.put("start", args -> note("start " + id));
        answers.put("stop", args -> note("stop " + id));
        return fake(Bundle.class, answers);
    }

    private static Object note(String action) {
        DONE.add(action);
        return null;
    }

    static ServiceReference<?> service(String... interfaces) {
        return service(Map.of(Constants.OBJECTCLASS, interfaces));
    }

    static ServiceReference<?> service(Map<String, ?> properties) {
        return fake(ServiceReference.class, Map.of("getProperty", args -> properties.get(args[0])));
    }

    private static <T> T fake(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                FakeBundles.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> answers.get(method.getName()).apply(args)));
    }
}
