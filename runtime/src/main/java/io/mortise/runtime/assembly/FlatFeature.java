// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.CommandFailure;
import io.mortise.runtime.plan.AttributeDefinition;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.feature.FeatureArtifact;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureConfiguration;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.ID;

/**
 * A feature with all that it lists in its extension {@value #FEATURES}, since Feature JSON has no inheritance: what is listed
 * comes first, and the lister's configuration goes over it. Used by one thread.
 */
final class FlatFeature {

    /** The extension, of type {@code artifacts}, that lists the ids of other features. */
    static final String FEATURES = "mortise.features";

    /** The metadata of a bundle that says when it is started (Feature Launcher 160). */
    private static final String START_LEVEL = "bundleStartLevel";

    /** Where a bundle starts that does not say when: with the other providers. */
    private static final int PROVIDER_START_LEVEL = 3;

    private final FeatureFiles files;
    private final Set<FeatureFile> entered = new LinkedHashSet<>();
    private final Map<String, ID> bundles = new LinkedHashMap<>();
    private final Map<String, Integer> startLevels = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> configurations = new LinkedHashMap<>();

    private FlatFeature(FeatureFiles files) {
        this.files = files;
    }

    static FlatFeature of(FeatureFile feature, FeatureFiles files) throws CommandFailure {
        FlatFeature flat = new FlatFeature(files);
        flat.add(feature, List.of());
        return flat;
    }

    /** Every bundle once, in the order in which they are listed. */
    List<ID> bundles() {
        return List.copyOf(bundles.values());
    }

    int startLevel(ID bundle) {
        return startLevels.getOrDefault(withoutVersion(bundle), PROVIDER_START_LEVEL);
    }

    /** PID to keys and values, spelled as in a configuration file. */
    Map<String, Map<String, String>> configurations() {
        return configurations;
    }

    private void add(FeatureFile file, List<String> listers) throws CommandFailure {
        if (listers.contains(file.name())) {
            throw CommandFailure.failed(
                    "feature " + file.name() + " lists itself, by way of " + String.join(" and ", listers));
        }
        if (!entered.add(file)) {
            return;
        }
        List<String> listersOfListed = new ArrayList<>(listers);
        listersOfListed.add(file.name());
        for (FeatureExtension extension : file.feature().getExtensions().values()) {
            if (extension.getName().equals(FEATURES)) {
                addListed(file, extension, listersOfListed);
            } else if (extension.getKind() == FeatureExtension.Kind.MANDATORY) {
                throw CommandFailure.failed("feature " + file.name() + " needs an extension that is not known here: "
                        + extension.getName());
            }
        }
        for (FeatureBundle bundle : file.feature().getBundles()) {
            addBundle(file, bundle);
        }
        for (FeatureConfiguration configuration :
                file.feature().getConfigurations().values()) {
            addConfiguration(configuration);
        }
    }

    private void addListed(FeatureFile file, FeatureExtension extension, List<String> listers) throws CommandFailure {
        if (extension.getType() != FeatureExtension.Type.ARTIFACTS) {
            throw CommandFailure.failed(
                    "feature " + file.name() + ": extension " + FEATURES + ": expected the type artifacts");
        }
        for (FeatureArtifact artifact : extension.getArtifacts()) {
            FeatureFile listed = files.identified(artifact.getID());
            if (listed == null) {
                throw CommandFailure.failed("feature " + file.name() + " lists " + artifact.getID()
                        + ", which is not the id of a feature here");
            }
            add(listed, listers);
        }
    }

    private void addBundle(FeatureFile file, FeatureBundle bundle) throws CommandFailure {
        ID id = bundle.getID();
        ID before = bundles.putIfAbsent(withoutVersion(id), id);
        if (before != null && !before.equals(id)) {
            throw CommandFailure.failed("feature " + file.name() + " has " + id + ", but " + before
                    + " is there already: expected one version");
        }
        Object level = bundle.getMetadata().get(START_LEVEL);
        if (level instanceof Number number) {
            startLevels.put(withoutVersion(id), number.intValue());
        } else if (level != null) {
            throw CommandFailure.failed(
                    "feature " + file.name() + ": " + id + ": " + START_LEVEL + ": expected a number");
        }
    }

    private void addConfiguration(FeatureConfiguration configuration) {
        Map<String, String> values =
                configurations.computeIfAbsent(configuration.getPid(), unused -> new LinkedHashMap<>());
        configuration.getValues().forEach((key, value) -> values.put(key, text(value)));
    }

    private static String text(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> all) {
            all.forEach(each -> texts.add(String.valueOf(each)));
            return AttributeDefinition.join(texts);
        }
        if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                texts.add(String.valueOf(Array.get(value, i)));
            }
            return AttributeDefinition.join(texts);
        }
        return String.valueOf(value);
    }

    private static String withoutVersion(ID id) {
        return id.getGroupId() + ":" + id.getArtifactId() + ":"
                + id.getClassifier().orElse("");
    }
}
