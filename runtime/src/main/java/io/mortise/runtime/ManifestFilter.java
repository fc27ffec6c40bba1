// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * Reads what the framework made of an Import-Package back out of the filter that it made. Such filters are conjunctions, so
 * each attribute can be looked for by itself. Any thread.
 */
final class ManifestFilter {

    private ManifestFilter() {}

    /** What {@code attribute} has to be equal to; {@code null} if the filter does not say. */
    static @Nullable String value(String filter, String attribute) {
        Matcher matcher = Pattern.compile("\\(" + Pattern.quote(attribute) + "=([^)]*)\\)")
                .matcher(filter);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The versions that {@code attribute} may have; {@code null} if any will do. */
    static @Nullable VersionRange versions(String filter, String attribute) {
        Matcher least = Pattern.compile("\\(" + Pattern.quote(attribute) + ">=([^)]*)\\)")
                .matcher(filter);
        if (!least.find() || least.group(1).equals("0.0.0")) {
            return null;
        }
        Matcher limit = Pattern.compile("\\(!\\(" + Pattern.quote(attribute) + ">=([^)]*)\\)\\)")
                .matcher(filter);
        Version right = limit.find() ? Version.parseVersion(limit.group(1)) : null;
        return new VersionRange(
                VersionRange.LEFT_CLOSED, Version.parseVersion(least.group(1)), right, VersionRange.RIGHT_OPEN);
    }
}
