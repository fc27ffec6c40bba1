// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * What is expected of a version that takes the place of another: that it gives the services of it that others use, and that the
 * components work that worked before. Immutable; any thread; asking may run a constructor of the bundle, and so may take as long
 * as that takes.
 */
final class Expectation {
    private final BundleContext context;
    private final Set<String> services;
    private final Map<String, Long> components;

    private Expectation(BundleContext context, Set<String> services, Map<String, Long> components) {
        this.context = context;
        this.services = services;
        this.components = components;
    }

    /** What a bundle does as it is now. */
    static Expectation of(Bundle bundle, BundleContext context) {
        Expectation nothing = new Expectation(context, Set.of(), Map.of());
        Map<String, Long> working = new HashMap<>();
        nothing.configurations(bundle).forEach((component, configurations) -> {
            long count = configurations.stream().filter(Expectation::works).count();
            if (count > 0) {
                working.put(component, count);
            }
        });
        return new Expectation(context, BundleActions.givesToOthers(bundle), working);
    }

    /** That what it gives can be had, and that no component fails. */
    static Expectation ofNew(Bundle bundle, BundleContext context) {
        return new Expectation(context, BundleActions.gives(bundle), Map.of());
    }

    /**
     * What is not yet as expected.
     *
     * @return {@code null} if all is
     * @throws SwapFailure if it will not be
     */
    @Nullable
    String shortfall(Bundle bundle) {
        Set<String> missing = new TreeSet<>(services);
        missing.removeIf(type -> isGiven(bundle, type));
        Map<String, List<ComponentConfigurationDTO>> all = configurations(bundle);
        all.values()
                .forEach(configurations -> configurations.forEach(configuration -> {
                    if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                        throw new SwapFailure(BundleActions.label(bundle) + " fails in "
                                + configuration.description.implementationClass + ": " + cause(configuration.failure));
                    }
                }));
        if (!missing.isEmpty()) {
            return "does not give " + String.join(", ", missing) + unsatisfied(all);
        }
        for (Map.Entry<String, Long> expected : components.entrySet()) {
            List<ComponentConfigurationDTO> configurations = all.get(expected.getKey());
            // a component that is not in it any more is no fault: what others use of it was asked for above
            if (configurations != null
                    && configurations.stream().filter(Expectation::works).count() < expected.getValue()) {
                return "has a component that does not come up, " + expected.getKey() + unsatisfied(all);
            }
        }
        return null;
    }

    private static boolean works(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.ACTIVE
                || configuration.state == ComponentConfigurationDTO.SATISFIED;
    }

    private static String unsatisfied(Map<String, List<ComponentConfigurationDTO>> all) {
        String references = all.values().stream()
                .flatMap(List::stream)
                .filter(configuration -> configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE)
                .flatMap(configuration -> Arrays.stream(configuration.unsatisfiedReferences)
                        .flatMap(unsatisfied -> Arrays.stream(configuration.description.references)
                                .filter(reference -> reference.name.equals(unsatisfied.name))
                                .map(reference -> reference.interfaceName)))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return references.isEmpty() ? "" : ", for nobody gives " + references;
    }

    /** The innermost cause of a stack trace. */
    private static String cause(@Nullable String stackTrace) {
        String mark = "Caused by: ";
        return stackTrace == null
                ? "no reason given"
                : stackTrace
                        .lines()
                        .filter(line -> line.startsWith(mark))
                        .reduce((outer, inner) -> inner)
                        .map(line -> line.substring(mark.length()))
                        .orElse(stackTrace.lines().findFirst().orElse("no reason given"));
    }

    private boolean isGiven(Bundle bundle, String type) {
        for (ServiceReference<?> service : BundleActions.services(bundle)) {
            if (List.of((String[]) service.getProperty(Constants.OBJECTCLASS)).contains(type)) {
                // a component that fails in its constructor has registered its service all the same
                Object object = context.getService(service);
                if (object != null) {
                    context.ungetService(service);
                    return true;
                }
            }
        }
        return false;
    }

    /** What SCR says of the components of a bundle, by their names. */
    private Map<String, List<ComponentConfigurationDTO>> configurations(Bundle bundle) {
        Map<String, List<ComponentConfigurationDTO>> all = new HashMap<>();
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime runtime = reference == null ? null : context.getService(reference);
        if (runtime == null) {
            return all;
        }
        try {
            for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
                all.put(description.name, List.copyOf(runtime.getComponentConfigurationDTOs(description)));
            }
            return all;
        } finally {
            context.ungetService(reference);
        }
    }
}
