// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Constants;

/** The bundles of a feature for Pax Exam. Not for use in its framework, where there is no distribution. */
final class PlannedBundles {

    private PlannedBundles() {}

    static Option[] of(String feature) {
        return Distribution.bundles(feature).stream()
                .map(PlannedBundles::option)
                .toArray(Option[]::new);
    }

    private static Option option(Distribution.PlannedBundle planned) {
        var option = CoreOptions.bundle("reference:" + planned.jar().toUri());
        boolean fragment = planned.manifest().getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null;
        return fragment ? option.noStart() : option.startLevel(planned.startLevel());
    }
}
