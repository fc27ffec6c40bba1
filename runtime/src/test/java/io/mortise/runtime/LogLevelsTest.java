// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.ConfigurationException;

class LogLevelsTest {

    private final LoggerContext context = new LoggerContext();
    private final LogLevels levels = new LogLevels(context);

    @Test
    void shouldSetLevelsAndTakeThemBackWhenTheyAreNotConfiguredAnyMore() throws ConfigurationException {
        levels.updated(new Hashtable<>(Map.of("root", "warn", "io.mortise.engine", "debug", "service.pid", "x")));

        assertEquals(Level.WARN, context.getLogger("ROOT").getLevel());
        assertEquals(Level.DEBUG, context.getLogger("io.mortise.engine").getLevel());

        levels.updated(null);

        assertEquals(Level.INFO, context.getLogger("ROOT").getLevel());
        assertNull(context.getLogger("io.mortise.engine").getLevel());
    }

    @Test
    void shouldChangeNothingWhenALevelIsUnknown() throws ConfigurationException {
        levels.updated(new Hashtable<>(Map.of("root", "warn")));

        ConfigurationException refused = assertThrows(
                ConfigurationException.class, () -> levels.updated(new Hashtable<>(Map.of("root", "loud"))));

        assertEquals("root", refused.getProperty());
        assertEquals(Level.WARN, context.getLogger("ROOT").getLevel());
    }
}
