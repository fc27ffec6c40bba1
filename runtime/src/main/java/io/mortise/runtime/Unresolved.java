// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.NativeNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/**
 * Says in words why bundles of a framework do not resolve: which bundle misses what, and which ones only wait for such a
 * bundle. Any thread.
 */
public final class Unresolved {

    private final Framework framework;
    private final FrameworkWiring wiring;

    public Unresolved(Framework framework) {
        this.framework = framework;
        this.wiring = framework.adapt(FrameworkWiring.class);
    }

    /** Resolves what can be resolved; a line for each bundle that cannot. Empty if all is well. */
    public List<String> lines() {
        return lines(bundle -> true);
    }

    /** As {@link #lines()}, of some bundles. */
    List<String> lines(Predicate<Bundle> which) {
        wiring.resolveBundles(null);
        List<String> lines = new ArrayList<>();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED && which.test(bundle) && !isForAnotherPlatform(bundle)) {
                lines.addAll(explain(bundle));
            }
        }
        return lines;
    }

    /** Native code comes for each platform, and all but one of them stay behind: not an error. */
    private boolean isForAnotherPlatform(Bundle bundle) {
        for (BundleRequirement requirement : requirements(bundle)) {
            if (requirement.getNamespace().equals(NativeNamespace.NATIVE_NAMESPACE) && isMissing(requirement)) {
                return true;
            }
        }
        return false;
    }

    private List<String> explain(Bundle bundle) {
        List<String> missing = new ArrayList<>();
        Set<String> awaited = new TreeSet<>();
        for (BundleRequirement requirement : requirements(bundle)) {
            Collection<BundleCapability> providers = wiring.findProviders(requirement);
            if (providers.isEmpty()) {
                missing.add(name(bundle) + " needs " + words(requirement));
            } else {
                providers.stream()
                        .map(provider -> provider.getRevision().getBundle())
                        .filter(provider -> provider.getState() == Bundle.INSTALLED)
                        .forEach(provider -> awaited.add(name(provider)));
            }
        }
        if (!missing.isEmpty()) {
            return missing;
        }
        if (!awaited.isEmpty()) {
            return List.of(name(bundle) + " needs " + String.join(", ", awaited) + " to be resolved");
        }
        return List.of(name(bundle) + " cannot be resolved together with the others: " + reason(bundle));
    }

    /** The framework's own words, for the rare cases that are not about something missing. */
    private static String reason(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "it can be by itself";
        } catch (BundleException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private List<BundleRequirement> requirements(Bundle bundle) {
        List<BundleRequirement> mandatory = new ArrayList<>();
        for (BundleRequirement requirement : bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            Map<String, String> directives = requirement.getDirectives();
            String effective =
                    directives.getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE);
            boolean optional =
                    Namespace.RESOLUTION_OPTIONAL.equals(directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
            boolean dynamic = PackageNamespace.RESOLUTION_DYNAMIC.equals(
                    directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
            if (effective.equals(Namespace.EFFECTIVE_RESOLVE) && !optional && !dynamic) {
                mandatory.add(requirement);
            }
        }
        return mandatory;
    }

    private boolean isMissing(BundleRequirement requirement) {
        return wiring.findProviders(requirement).isEmpty();
    }

    private String words(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE -> "package " + packageWords(requirement);
            case HostNamespace.HOST_NAMESPACE -> "its host, bundle " + bundleWords(requirement, namespace);
            case BundleNamespace.BUNDLE_NAMESPACE -> "bundle " + bundleWords(requirement, namespace);
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
                "another Java: " + filter(requirement);
            default -> namespace + " " + filter(requirement) + ", which no bundle provides";
        };
    }

    private String packageWords(BundleRequirement requirement) {
        String filter = filter(requirement);
        String name = ManifestFilter.value(filter, PackageNamespace.PACKAGE_NAMESPACE);
        if (name == null) {
            return filter;
        }
        return name + range(filter, PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) + ", "
                + elsewhere(PackageNamespace.PACKAGE_NAMESPACE, name, PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE);
    }

    private String bundleWords(BundleRequirement requirement, String namespace) {
        String filter = filter(requirement);
        String name = ManifestFilter.value(filter, namespace);
        return (name == null ? filter : name) + range(filter, Constants.BUNDLE_VERSION_ATTRIBUTE)
                + ", which is not there";
    }

    /** Whether the name is there in a version that will not do. */
    private String elsewhere(String namespace, String name, String versionAttribute) {
        List<String> others = new ArrayList<>();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            for (BundleCapability capability :
                    bundle.adapt(BundleRevision.class).getDeclaredCapabilities(namespace)) {
                if (name.equals(capability.getAttributes().get(namespace))) {
                    others.add("version " + capability.getAttributes().get(versionAttribute) + " by " + name(bundle));
                }
            }
        }
        return others.isEmpty() ? "which no bundle exports" : "which is exported only in " + String.join(", ", others);
    }

    private static String range(String filter, String attribute) {
        VersionRange range = ManifestFilter.versions(filter, attribute);
        return range == null ? "" : " version " + range;
    }

    private static String filter(BundleRequirement requirement) {
        @Nullable String filter = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
        return filter == null ? requirement.getAttributes().toString() : filter;
    }

    private static String name(Bundle bundle) {
        Version version = bundle.getVersion();
        return bundle.getSymbolicName() + " " + version;
    }
}
