// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;

/** What one allows and none denies. Immutable; any thread. Its answers allocate nothing. */
final class JointPermissions implements Permissions {
    private final Permissions[] all;

    JointPermissions(List<Permissions> all) {
        this.all = all.toArray(Permissions[]::new);
    }

    @Override
    public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
        if (deniesPublish(topic, qos, retain)) {
            return false;
        }
        for (Permissions each : all) {
            if (each.mayPublish(topic, qos, retain)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        if (deniesSubscribe(filter)) {
            return false;
        }
        for (Permissions each : all) {
            if (each.maySubscribe(filter)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean mayReceive(Topic topic) {
        if (deniesReceive(topic)) {
            return false;
        }
        for (Permissions each : all) {
            if (each.mayReceive(topic)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean deniesPublish(Topic topic, Qos qos, boolean retain) {
        for (Permissions each : all) {
            if (each.deniesPublish(topic, qos, retain)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean deniesSubscribe(TopicFilter filter) {
        for (Permissions each : all) {
            if (each.deniesSubscribe(filter)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean deniesReceive(Topic topic) {
        for (Permissions each : all) {
            if (each.deniesReceive(topic)) {
                return true;
            }
        }
        return false;
    }
}
