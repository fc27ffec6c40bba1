// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;

/** Everything is allowed. */
final class Everything implements Permissions {
    @Override
    public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
        return true;
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return true;
    }

    @Override
    public boolean mayReceive(Topic topic) {
        return true;
    }
}
