// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.io.IOException;
import java.util.Collection;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The configurations in Config Admin that come from features, files and the command line. They are told from those that
 * somebody else made by their location, and only they are ever removed. Used by one thread at a time.
 */
public final class AppliedConfigurations {

    /** A location that begins with a question mark binds to no bundle (Configuration Admin 104.4.1). */
    private static final String LOCATION = "?mortise";

    private final ConfigurationAdmin admin;

    public AppliedConfigurations(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** Makes {@code values} the configuration of {@code pid}; nobody is told if they are already. */
    public void put(String pid, Map<String, Object> values) throws IOException {
        configuration(pid).updateIfDifferent(new Hashtable<>(values));
    }

    public void remove(String pid) throws IOException {
        configuration(pid).delete();
    }

    /** Removes what an earlier start applied and this one does not. */
    public void removeAllBut(Collection<String> pids) throws IOException {
        Configuration[] all = list();
        if (all != null) {
            for (Configuration each : all) {
                if (LOCATION.equals(each.getBundleLocation()) && !pids.contains(each.getPid())) {
                    each.delete();
                }
            }
        }
    }

    private Configuration configuration(String pid) throws IOException {
        String factoryPid = Configurations.factoryPid(pid);
        Configuration configuration = factoryPid.equals(pid)
                ? admin.getConfiguration(pid, LOCATION)
                : admin.getFactoryConfiguration(factoryPid, pid.substring(factoryPid.length() + 1), LOCATION);
        if (!LOCATION.equals(configuration.getBundleLocation())) {
            configuration.setBundleLocation(LOCATION);
        }
        return configuration;
    }

    @SuppressWarnings("NullAway") // no filter is null there, and so is no configuration in the answer
    private Configuration[] list() throws IOException {
        try {
            return admin.listConfigurations(null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter has no syntax", e);
        }
    }
}
