// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import org.apache.felix.framework.Logger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/**
 * Takes what the framework has to say to the log; by itself, Felix prints it to standard output. Its error events are not
 * listened to, since Felix says each of them here too. Any thread.
 */
final class FrameworkLog extends Logger {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("io.mortise.framework");

    @Override
    @SuppressWarnings("rawtypes") // as Felix has it
    protected void doLog(
            @Nullable Bundle bundle,
            @Nullable ServiceReference service,
            int level,
            String message,
            @Nullable Throwable cause) {
        String text = bundle == null ? message : bundle.getSymbolicName() + ": " + message;
        switch (level) {
            case LOG_ERROR -> LOG.error(text, cause);
            case LOG_WARNING -> LOG.warn(text, cause);
            default -> LOG.debug(text, cause);
        }
    }
}
