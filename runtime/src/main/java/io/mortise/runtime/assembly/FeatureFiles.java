// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.jspecify.annotations.Nullable;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/** The Feature JSON (OSGi Feature Service 159) of a folder, and files beside it. Used by one thread. */
final class FeatureFiles {

    private final FeatureService service = new FeatureServiceImpl();
    private final Map<String, FeatureFile> byName = new TreeMap<>();
    private final Map<String, FeatureFile> byId = new LinkedHashMap<>();

    /** Reads every feature in {@code directory}. */
    void readAll(Path directory) throws IOException, CommandFailure {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + FeatureFile.SUFFIX)) {
            for (Path file : files) {
                read(file);
            }
        }
    }

    /** Reads one feature; it takes the place of another of the same name. */
    FeatureFile read(Path file) throws IOException, CommandFailure {
        String name = file.getFileName().toString();
        if (!name.endsWith(FeatureFile.SUFFIX)) {
            throw CommandFailure.usage(file + ": expected a file NAME" + FeatureFile.SUFFIX);
        }
        name = name.substring(0, name.length() - FeatureFile.SUFFIX.length());
        try (Reader json = Files.newBufferedReader(file)) {
            FeatureFile feature = new FeatureFile(name, file, service.readFeature(json));
            FeatureFile before = byName.put(name, feature);
            if (before != null) {
                byId.remove(before.feature().getID().toString());
            }
            FeatureFile other = byId.put(feature.feature().getID().toString(), feature);
            if (other != null) {
                throw CommandFailure.failed(file + " has the same id as " + other.path() + ": expected one of its own");
            }
            return feature;
        } catch (RuntimeException e) {
            // The reader has many exceptions for what is not a feature, JSON or not.
            throw CommandFailure.failed(file + " is not a feature: " + e.getMessage());
        }
    }

    Collection<FeatureFile> all() {
        return byName.values();
    }

    /** The feature called {@code name}. */
    FeatureFile named(String name) throws CommandFailure {
        FeatureFile feature = byName.get(name);
        if (feature == null) {
            throw CommandFailure.usage(
                    "there is no feature " + name + ": expected " + String.join(", ", byName.keySet()));
        }
        return feature;
    }

    /** The feature with this id; {@code null} if there is none. */
    @Nullable
    FeatureFile identified(ID id) {
        return byId.get(id.toString());
    }
}
