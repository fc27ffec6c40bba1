// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions that are still there because a broker ended in the middle of a swap, or before a version that did not stop had left.
 * The journal knows which one counts. Used while the broker starts, before any of them does.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final BundleContext context;
    private final Journal journal;
    private final String shelf;

    Leftovers(BundleContext context, Journal journal, Path shelf) {
        this.context = context;
        this.journal = journal;
        this.shelf = "reference:" + shelf.toUri();
    }

    /** Of bundles with one name of which a swap has brought one, leaves the one that serves according to the journal. */
    void remove() throws IOException {
        for (Bundle bundle : context.getBundles()) {
            List<Bundle> sameName = Arrays.stream(context.getBundles())
                    .filter(other -> other.getSymbolicName() != null
                            && other.getSymbolicName().equals(bundle.getSymbolicName()))
                    .toList();
            if (sameName.size() > 1 && sameName.stream().anyMatch(this::isOnShelf) && !counts(bundle, sameName)) {
                LOG.warn("{} was left behind by a swap and is removed", BundleActions.label(bundle));
                remove(bundle);
            }
        }
    }

    private boolean counts(Bundle bundle, List<Bundle> sameName) throws IOException {
        String current = shelf + journal.current(bundle.getSymbolicName()) + ".jar";
        boolean currentIsThere =
                sameName.stream().anyMatch(other -> other.getLocation().equals(current));
        return currentIsThere ? bundle.getLocation().equals(current) : !isOnShelf(bundle);
    }

    private boolean isOnShelf(Bundle bundle) {
        return bundle.getLocation().startsWith(shelf);
    }

    private static void remove(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException failure) {
            LOG.error("{} cannot be removed", BundleActions.label(bundle), failure);
        }
    }
}
