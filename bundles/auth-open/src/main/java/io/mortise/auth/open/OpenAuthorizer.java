// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Lets every client do everything but publish to the topics that belong to the broker. Any thread.
 *
 * <p>Keeps nothing of a connection: one object of permissions serves all, and never changes.
 */
@Component(property = Authorizer.NAME + "=open")
public final class OpenAuthorizer implements Authorizer {
    private static final Permissions EVERYTHING = new Everything();
    private static final Authorization NOTHING_TO_CLOSE = () -> {};

    @Activate
    public OpenAuthorizer() {}

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        grant.accept(EVERYTHING);
        return NOTHING_TO_CLOSE;
    }

    private static final class Everything implements Permissions {

        // 4.7.2: what begins with $ is the server's; clients should not use it to talk to each other
        @Override
        public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
            return !topic.isReserved();
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
}
