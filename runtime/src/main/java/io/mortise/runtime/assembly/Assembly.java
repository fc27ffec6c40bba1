// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.CommandFailure;
import io.mortise.runtime.assembly.Metatype.Described;
import io.mortise.runtime.configuration.Configurations;
import io.mortise.runtime.configuration.RefusedConfiguration;
import io.mortise.runtime.plan.Checksum;
import io.mortise.runtime.plan.ConfigurationDefinition;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlannedBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.feature.ID;

/**
 * Makes the plan of a feature, or says what is missing. A feature that is {@code complete} has to resolve; one that is not is
 * a part of others, and resolves there. Used by one thread.
 */
final class Assembly {

    private final FeatureFile file;
    private final FlatFeature feature;
    private final Path repository;
    private final List<Described> described = new ArrayList<>();

    Assembly(FeatureFile file, FeatureFiles files, Path repository) throws CommandFailure {
        this.file = file;
        this.feature = FlatFeature.of(file, files);
        this.repository = repository;
    }

    /** The plan; what can be configured is in {@link #described()} then. */
    Plan plan() throws CommandFailure, IOException {
        List<String> problems = new ArrayList<>();
        List<PlannedBundle> bundles = new ArrayList<>();
        List<Path> jars = new ArrayList<>();
        for (ID bundle : feature.bundles()) {
            String path = path(bundle);
            Path jar = repository.resolve(path);
            if (Files.isRegularFile(jar)) {
                bundles.add(new PlannedBundle(feature.startLevel(bundle), Checksum.of(jar), path));
                jars.add(jar);
            } else {
                problems.add(bundle + " is not in the repository: expected " + jar);
            }
        }
        refuse(problems);
        for (Path jar : jars) {
            described.addAll(Metatype.read(jar));
        }
        Map<String, ConfigurationDefinition> definitions = new LinkedHashMap<>();
        described.forEach(each -> definitions.put(each.definition().pid(), each.definition()));
        if (file.feature().isComplete()) {
            problems.addAll(Resolution.problems(jars));
        }
        problems.addAll(configurationProblems(definitions));
        refuse(problems);
        return new Plan(bundles, feature.configurations(), definitions);
    }

    /** What can be configured; filled by {@link #plan()}. */
    List<Described> described() {
        return described;
    }

    private List<String> configurationProblems(Map<String, ConfigurationDefinition> definitions) {
        Configurations configurations = new Configurations(feature.configurations(), List.of(), definitions);
        List<String> problems = new ArrayList<>();
        for (String pid : configurations.pids()) {
            try {
                configurations.effective(pid, null);
            } catch (RefusedConfiguration e) {
                problems.addAll(e.getMessage().lines().toList());
            }
        }
        return problems;
    }

    private void refuse(List<String> problems) throws CommandFailure {
        if (!problems.isEmpty()) {
            throw CommandFailure.failed(
                    "feature " + file.name() + " does not resolve:\n  " + String.join("\n  ", problems));
        }
    }

    /** Where Maven keeps an artifact. */
    private static String path(ID id) {
        String type = id.getType().orElse("jar");
        String classifier = id.getClassifier().map(it -> "-" + it).orElse("");
        return id.getGroupId().replace('.', '/') + "/" + id.getArtifactId() + "/" + id.getVersion() + "/"
                + id.getArtifactId() + "-" + id.getVersion() + classifier + "." + type;
    }
}
