// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.Arguments;
import io.mortise.runtime.CommandFailure;
import io.mortise.runtime.Distribution;
import io.mortise.runtime.assembly.Metatype.Described;
import io.mortise.runtime.configuration.Configurations;
import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlanFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code mortise assemble}: turns features into plans, in the distribution; the build of Mortise itself calls it too. Used by
 * the main thread.
 */
public final class AssembleCommand {

    private final Distribution distribution;
    private final PrintStream out;

    public AssembleCommand(Distribution distribution, PrintStream out) {
        this.distribution = distribution;
        this.out = out;
    }

    /** Assembles what {@code words} name; the exit status. */
    public int run(List<String> words) throws CommandFailure {
        try {
            FeatureFiles files = new FeatureFiles();
            files.readAll(distribution.features());
            List<FeatureFile> asked = asked(words, files);
            for (FeatureFile feature : asked.isEmpty() ? List.copyOf(files.all()) : asked) {
                assemble(feature, files);
            }
            return 0;
        } catch (IOException e) {
            throw CommandFailure.failed("cannot assemble: " + e);
        }
    }

    private static List<FeatureFile> asked(List<String> words, FeatureFiles files) throws CommandFailure, IOException {
        List<FeatureFile> asked = new ArrayList<>();
        Arguments arguments = Arguments.split(words);
        while (!arguments.isEmpty()) {
            String word = arguments.take();
            if (word.equals("--feature")) {
                asked.add(files.named(arguments.value(word, "the name of a feature")));
            } else if (word.startsWith("-")) {
                throw CommandFailure.usage(word + " is not an option of assemble: expected --feature or files");
            } else {
                asked.add(file(Path.of(word), files));
            }
        }
        return asked;
    }

    private static FeatureFile file(Path path, FeatureFiles files) throws CommandFailure, IOException {
        if (!Files.isRegularFile(path)) {
            throw CommandFailure.usage(path + ": there is no such file");
        }
        return files.read(path.toAbsolutePath());
    }

    private void assemble(FeatureFile feature, FeatureFiles files) throws CommandFailure, IOException {
        Assembly assembly = new Assembly(feature, files, distribution.repository());
        Plan plan = assembly.plan();
        Files.createDirectories(distribution.plans());
        PlanFile.write(plan, distribution.plan(feature.name()));
        Path own = distribution.features().resolve(feature.name() + FeatureFile.SUFFIX);
        if (!own.equals(feature.path())) {
            Files.copy(feature.path(), own, StandardCopyOption.REPLACE_EXISTING);
        }
        writeTemplates(plan, assembly.described());
        out.println(feature.name() + ": " + plan.bundles().size() + " bundles"
                + (feature.feature().isComplete() ? ", resolved" : ", a part of others"));
    }

    private void writeTemplates(Plan plan, List<Described> described) throws IOException {
        for (Described each : described) {
            String definedPid = each.definition().pid();
            if (!each.definition().factory()) {
                Map<String, String> defaults = plan.configurations().getOrDefault(definedPid, Map.of());
                ConfigurationTemplate.write(distribution.conf(), definedPid, each, defaults);
                continue;
            }
            for (Map.Entry<String, Map<String, String>> instance :
                    plan.configurations().entrySet()) {
                if (Configurations.factoryPid(instance.getKey()).equals(definedPid)) {
                    ConfigurationTemplate.write(distribution.conf(), instance.getKey(), each, instance.getValue());
                }
            }
        }
    }
}
