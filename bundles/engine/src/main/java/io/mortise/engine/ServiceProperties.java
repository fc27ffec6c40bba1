// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.Map;

/** What the framework, or who has registered it, says of a service. */
final class ServiceProperties {
    private ServiceProperties() {}

    /** How it ranks among others; 0 unless something else is said. */
    static int ranking(Map<String, ?> properties) {
        return properties.get("service.ranking") instanceof Integer ranking ? ranking : 0;
    }

    /** Its identifier; -1 if it has none. */
    static long id(Map<String, ?> properties) {
        return properties.get("service.id") instanceof Long id ? id : -1;
    }

    /** The identifier of the bundle that has registered it; -1 if it has none. */
    static long bundle(Map<String, ?> properties) {
        return properties.get("service.bundleid") instanceof Long bundle ? bundle : -1;
    }
}
