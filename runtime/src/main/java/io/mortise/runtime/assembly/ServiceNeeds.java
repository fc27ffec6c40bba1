// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/**
 * Compares the services that bundles say they need with those that bundles say they give (Compendium 135.4). The framework
 * resolves without looking at these, and the components would just never be there. Any thread.
 */
final class ServiceNeeds {

    private static final String SERVICE = "osgi.service";

    private final Framework framework;

    ServiceNeeds(Framework framework) {
        this.framework = framework;
    }

    /** A line for each service that some component cannot do without and nobody gives. */
    List<String> unmet() {
        List<String> lines = new ArrayList<>();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            for (BundleRequirement need : revision(bundle).getDeclaredRequirements(SERVICE)) {
                if (isMandatory(need) && !isMet(need)) {
                    lines.add(bundle.getSymbolicName() + " " + bundle.getVersion() + " needs a service "
                            + need.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE)
                            + ", which no bundle provides");
                }
            }
        }
        return lines;
    }

    private boolean isMet(BundleRequirement need) {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            for (BundleCapability service : revision(bundle).getDeclaredCapabilities(SERVICE)) {
                if (need.matches(service)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isMandatory(BundleRequirement need) {
        Map<String, String> directives = need.getDirectives();
        return !Namespace.RESOLUTION_OPTIONAL.equals(directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
    }

    private static BundleRevision revision(Bundle bundle) {
        return bundle.adapt(BundleRevision.class);
    }
}
