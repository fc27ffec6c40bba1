// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Tells Gogo which bundle an operator means, so that {@code update}, {@code stop} and all others that take one work: by
 * its number, by its symbolic name, or by that without {@code io.mortise.} before it.
 *
 * <p>Any thread. A name that several bundles have, as two versions of one bundle do while they are side by side, means
 * none of them.
 */
@Component(property = "osgi.converter.classes=org.osgi.framework.Bundle")
public final class BundleConverter implements Converter {
    private final BundleContext context;

    @Activate
    public BundleConverter(BundleContext context) {
        this.context = context;
    }

    @Override
    public @Nullable Object convert(Class<?> desiredType, Object in) {
        if (desiredType != Bundle.class) {
            return null;
        }
        return find(in.toString());
    }

    /** The bundle that is meant; {@code null} if there is none, or more than one. */
    @Nullable
    Bundle find(String text) {
        if (text.matches("\\d{1,18}")) {
            return context.getBundle(Long.parseLong(text));
        }
        Bundle bundle = named(text);
        return bundle == null ? named(BundleCommands.FIRST_PARTY + text) : bundle;
    }

    /** Leaves all formatting to Gogo. */
    @Override
    public @Nullable CharSequence format(Object target, int level, Converter escape) {
        return null;
    }

    private @Nullable Bundle named(String symbolicName) {
        List<Bundle> bundles = Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .toList();
        return bundles.size() == 1 ? bundles.get(0) : null;
    }
}
