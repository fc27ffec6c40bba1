// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** What touching a bundle means for others, in sentences, as it is now. */
final class Impact {

    /** What clients notice while somebody gives no service of this name; the first that fits counts. */
    private static final Map<String, String> NOTICED = new LinkedHashMap<>();

    static {
        NOTICED.put("io.mortise.api.connection.Broker", "clients stay connected; their messages wait until it is done");
        NOTICED.put("io.mortise.api.routing.Router", "clients stay connected; their messages wait until it is done");
        NOTICED.put(
                "io.mortise.api.store.SessionStore", "clients stay connected; their messages wait until it is done");
        NOTICED.put(
                "io.mortise.api.store.RetainedStore", "clients stay connected; their messages wait until it is done");
        NOTICED.put(
                "io.mortise.api.auth.Authenticator",
                "clients that connect wait; those that are connected notice nothing");
        NOTICED.put("io.mortise.transport.wire.Codec", "clients notice nothing");
        NOTICED.put("io.mortise.api.connection.Listener", "clients that are connected notice nothing");
    }

    private Impact() {}

    /** Who uses which service of it, and what clients notice. */
    static List<String> of(Bundle bundle) {
        List<String> sentences = new ArrayList<>();
        Set<String> given = new TreeSet<>();
        Map<String, Set<String>> users = new LinkedHashMap<>();
        for (ServiceReference<?> service : services(bundle)) {
            Set<String> types = new TreeSet<>(List.of((String[]) service.getProperty(Constants.OBJECTCLASS)));
            given.addAll(types);
            Bundle[] using = service.getUsingBundles();
            Arrays.stream(using == null ? new Bundle[0] : using)
                    .filter(user -> !user.equals(bundle))
                    .sorted(Comparator.comparing(Bundle::getSymbolicName))
                    .forEach(user -> users.computeIfAbsent(user.getSymbolicName(), name -> new TreeSet<>())
                            .addAll(types.stream().map(Impact::simpleName).toList()));
        }
        users.forEach((user, types) -> sentences.add("used by " + user + ": " + String.join(", ", types)));
        sentences.add(NOTICED.entrySet().stream()
                .filter(entry -> given.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("clients notice nothing"));
        return sentences;
    }

    /** The services of it that others use and nobody else gives. */
    static Set<String> onlyGivenBy(Bundle bundle) {
        Set<String> types = BundleActions.givesToOthers(bundle);
        for (Bundle other : bundle.getBundleContext().getBundles()) {
            if (!other.equals(bundle)) {
                for (ServiceReference<?> service : services(other)) {
                    types.removeAll(List.of((String[]) service.getProperty(Constants.OBJECTCLASS)));
                }
            }
        }
        return types;
    }

    private static List<ServiceReference<?>> services(Bundle bundle) {
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services == null ? List.of() : List.of(services);
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
