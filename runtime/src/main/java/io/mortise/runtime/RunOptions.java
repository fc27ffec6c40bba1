// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import io.mortise.runtime.configuration.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code mortise run}. Immutable.
 *
 * @param conf where configuration files are; {@code null} is the distribution's
 * @param data where everything is written; {@code null} is the distribution's
 * @param features what the broker is made of
 * @param settings values that go over those of files
 */
record RunOptions(@Nullable Path conf, @Nullable Path data, List<String> features, List<Setting> settings) {

    static final String DEFAULT_FEATURE = "full";

    RunOptions {
        features = List.copyOf(features);
        settings = List.copyOf(settings);
    }

    static RunOptions parse(List<String> words) throws CommandFailure {
        Path conf = null;
        Path data = null;
        List<String> features = new ArrayList<>();
        List<Setting> settings = new ArrayList<>();
        Arguments arguments = Arguments.split(words);
        while (!arguments.isEmpty()) {
            String option = arguments.take();
            switch (option) {
                case "--conf" -> conf = Path.of(arguments.value(option, "a folder"));
                case "--data" -> data = Path.of(arguments.value(option, "a folder"));
                case "--feature" -> features.addAll(arguments.values(option, "the name of a feature"));
                case "--set" -> {
                    for (String text : arguments.values(option, "PID:KEY=VALUE")) {
                        settings.add(setting(text));
                    }
                }
                default ->
                    throw CommandFailure.usage(
                            option + " is not an option of run: expected --conf, --data, --feature or --set");
            }
        }
        if (features.isEmpty()) {
            features.add(DEFAULT_FEATURE);
        }
        return new RunOptions(conf, data, features, settings);
    }

    private static Setting setting(String text) throws CommandFailure {
        try {
            return Setting.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(
                    "--set " + text + ": expected PID:KEY=VALUE, as in io.mortise.listener.tcp~default:port=18830");
        }
    }
}
