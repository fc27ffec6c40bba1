// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.function.Consumer;

/**
 * The authorizer that tests install in their broker: everybody may do everything, with topics that begin with $ too, but for
 * those that begin with "forbidden". It knows nothing but {@code api}.
 */
public final class HouseRules implements Authorizer, Permissions {
    private static final String FORBIDDEN = "forbidden";

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        grant.accept(this);
        return () -> {};
    }

    @Override
    public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
        return mayReceive(topic);
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return !filter.toString().startsWith(FORBIDDEN);
    }

    @Override
    public boolean mayReceive(Topic topic) {
        return !topic.toString().startsWith(FORBIDDEN);
    }
}
