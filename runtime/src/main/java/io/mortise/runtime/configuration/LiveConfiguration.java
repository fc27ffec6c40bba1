// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Config Admin at what the features, the files and the command line say, while files come, change and go. Used by one
 * thread at a time: first the one that starts the broker, then the one that watches.
 */
public final class LiveConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("io.mortise.configuration");

    private final Configurations configurations;
    private final ConfigurationDirectory directory;
    private final Map<String, Map<String, Object>> effective = new TreeMap<>();

    public LiveConfiguration(Configurations configurations, Path directory) {
        this.configurations = configurations;
        this.directory = new ConfigurationDirectory(directory);
    }

    /**
     * Reads and checks everything there is, before there is a Config Admin to give it to.
     *
     * @throws RefusedConfiguration naming everything that is wrong
     */
    public void read() throws IOException, RefusedConfiguration {
        Map<String, ConfigurationFile> files = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        for (Path file : directory.files()) {
            try {
                files.put(ConfigurationFile.pid(file), ConfigurationFile.read(file));
            } catch (RefusedConfiguration e) {
                problems.add(e.getMessage());
            }
        }
        Set<String> pids = new TreeSet<>(configurations.pids());
        pids.addAll(files.keySet());
        for (String pid : pids) {
            try {
                Map<String, Object> values = configurations.effective(pid, files.get(pid));
                if (values != null) {
                    effective.put(pid, values);
                }
            } catch (RefusedConfiguration e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedConfiguration(problems);
        }
    }

    /** Where the files are. */
    public Path directory() {
        return directory.path();
    }

    /** Every PID that is configured, and its values. */
    public Map<String, Map<String, Object>> effective() {
        return Map.copyOf(effective);
    }

    /** Gives Config Admin all that was read. */
    public void applyAll(ConfigurationAdmin admin) throws IOException {
        AppliedConfigurations applied = new AppliedConfigurations(admin);
        applied.removeAllBut(effective.keySet());
        for (Map.Entry<String, Map<String, Object>> each : effective.entrySet()) {
            noteIfUndefined(each.getKey());
            applied.put(each.getKey(), each.getValue());
        }
    }

    /** Looks whether files have changed, and gives Config Admin what is new; what is wrong is logged and changes nothing. */
    public void applyChanges(ConfigurationAdmin admin) throws IOException {
        for (Map.Entry<Path, Boolean> change : directory.changes().entrySet()) {
            try {
                if (change.getValue()) {
                    apply(admin, ConfigurationFile.read(change.getKey()));
                } else {
                    forget(admin, change.getKey());
                }
            } catch (RefusedConfiguration e) {
                e.getMessage().lines().forEach(line -> LOG.error("{}; what runs stays as it is", line));
            } catch (IOException e) {
                LOG.error("{} could not be applied; what runs stays as it is", change.getKey(), e);
            }
        }
    }

    private void apply(ConfigurationAdmin admin, ConfigurationFile file) throws IOException, RefusedConfiguration {
        String pid = ConfigurationFile.pid(file.path());
        change(admin, pid, configurations.effective(pid, file), file.path());
    }

    private void forget(ConfigurationAdmin admin, Path file) throws IOException, RefusedConfiguration {
        String pid = ConfigurationFile.pid(file);
        change(admin, pid, configurations.effective(pid, null), file);
    }

    private void change(ConfigurationAdmin admin, String pid, @Nullable Map<String, Object> values, Path file)
            throws IOException {
        AppliedConfigurations applied = new AppliedConfigurations(admin);
        if (values != null) {
            noteIfUndefined(pid);
            applied.put(pid, values);
            effective.put(pid, values);
            LOG.info("{} is applied", file);
        } else if (effective.remove(pid) != null) {
            applied.remove(pid);
            LOG.info("{} configures nothing any more", file);
        }
    }

    private void noteIfUndefined(String pid) {
        if (!configurations.isDefined(pid)) {
            LOG.info("No bundle of this plan is configured by {}; the values wait for one that is", pid);
        }
    }
}
