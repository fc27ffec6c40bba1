// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import java.nio.file.Path;
import org.osgi.service.feature.Feature;

/**
 * A feature and where it was read. Immutable.
 *
 * @param name what it is called on the command line: its file's name
 * @param path its file
 * @param feature what is in it
 */
record FeatureFile(String name, Path path, Feature feature) {

    static final String SUFFIX = ".feature.json";
}
