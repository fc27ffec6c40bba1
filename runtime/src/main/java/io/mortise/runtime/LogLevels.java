// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.mortise.runtime.plan.AttributeDefinition;
import io.mortise.runtime.plan.AttributeDefinition.Type;
import io.mortise.runtime.plan.ConfigurationDefinition;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;

/**
 * The levels of the log, configured by {@value #PID} while the broker runs: {@code root} or the name of a logger is a level.
 * Any thread, one after the other.
 */
final class LogLevels implements ManagedService {

    static final String PID = "io.mortise.log";

    /** Metatype cannot say "any key"; the launcher's own definition can. */
    static final ConfigurationDefinition DEFINITION = new ConfigurationDefinition(
            PID,
            false,
            Map.of(
                    ConfigurationDefinition.ANY_KEY,
                    new AttributeDefinition(
                            ConfigurationDefinition.ANY_KEY,
                            Type.STRING,
                            0,
                            null,
                            null,
                            null,
                            List.of("off", "error", "warn", "info", "debug", "trace"))));

    private final LoggerContext context;
    private final Set<String> configured = new HashSet<>();

    LogLevels(LoggerContext context) {
        this.context = context;
    }

    @Override
    public void updated(@Nullable Dictionary<String, ?> properties) throws ConfigurationException {
        Map<String, Object> levels = new HashMap<>();
        if (properties != null) {
            for (Enumeration<String> keys = properties.keys(); keys.hasMoreElements(); ) {
                String key = keys.nextElement();
                // The framework's own: service.pid and the like.
                if (!key.startsWith("service.")) {
                    levels.put(key, properties.get(key));
                }
            }
        }
        for (Map.Entry<String, Object> level : levels.entrySet()) {
            if (Level.toLevel(level.getValue().toString(), null) == null) {
                throw new ConfigurationException(level.getKey(), level.getValue() + " is not a level of the log");
            }
        }
        apply(levels);
    }

    /** Makes {@code levels} the levels, and every other logger what it was without configuration. */
    synchronized void apply(Map<String, Object> levels) {
        for (String name : configured) {
            if (!levels.containsKey(name)) {
                Logger logger = logger(name);
                logger.setLevel(logger.getName().equals(Logger.ROOT_LOGGER_NAME) ? LogSetup.DEFAULT_LEVEL : null);
            }
        }
        configured.clear();
        levels.forEach((name, level) -> {
            logger(name).setLevel(Level.toLevel(level.toString()));
            configured.add(name);
        });
    }

    private Logger logger(String name) {
        // Logback looks for its root by this name, whatever the case.
        return context.getLogger(name);
    }
}
