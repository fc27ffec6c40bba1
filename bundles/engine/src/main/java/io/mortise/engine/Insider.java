// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;

/** A client that is a part of the broker's own process may do everything; no authorizer is asked. Any thread. */
final class Insider implements Permissions {
    static final Permissions PERMISSIONS = new Insider();

    private Insider() {}

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
