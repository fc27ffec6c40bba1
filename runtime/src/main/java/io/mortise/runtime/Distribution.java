// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.plan.Plan;
import io.mortise.runtime.plan.PlanFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The folders of an unpacked distribution; running a broker only reads them. Immutable.
 *
 * @param home the folder that holds {@code bin}, {@code lib} and the rest; absolute
 */
public record Distribution(Path home) {

    private static final String PLAN = ".plan";

    /** The bundles, laid out as a Maven repository. */
    public Path repository() {
        return home.resolve("repository");
    }

    /** The Feature JSON. */
    public Path features() {
        return home.resolve("features");
    }

    /** What the features were resolved to. */
    public Path plans() {
        return home.resolve("plans");
    }

    /** Where configuration files are unless {@code --conf} says otherwise. */
    public Path conf() {
        return home.resolve("conf");
    }

    /** Where everything is written unless {@code --data} says otherwise. */
    Path data() {
        return home.resolve("data");
    }

    /** The plan of the feature {@code name}. */
    public Path plan(String name) {
        return plans().resolve(name + PLAN);
    }

    /** The plan of all the {@code features} together. */
    Plan plan(List<String> features) throws CommandFailure {
        Plan plan = Plan.empty();
        for (String feature : features) {
            Set<String> known = featureNames();
            if (!known.contains(feature)) {
                throw CommandFailure.usage("--feature " + feature + ": there is no such feature: expected "
                        + (known.isEmpty() ? "one that bin/mortise assemble made" : String.join(", ", known)));
            }
            try {
                plan = plan.and(PlanFile.read(plan(feature)));
            } catch (IOException e) {
                throw CommandFailure.failed("cannot read a plan: " + e.getMessage());
            }
        }
        return plan;
    }

    private Set<String> featureNames() throws CommandFailure {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(plans(), "*" + PLAN)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                names.add(name.substring(0, name.length() - PLAN.length()));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return names;
        } catch (IOException e) {
            throw CommandFailure.failed("cannot list " + plans() + ": " + e);
        }
        return names;
    }
}
