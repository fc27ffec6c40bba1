// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAuthorizerTest {
    private final OpenAuthorizer authorizer = new OpenAuthorizer();
    private final List<Permissions> granted = new ArrayList<>();
    private Authorization authorization;

    @BeforeEach
    void setUp() {
        authorization = authorizer.authorize(new Identity("fridge", "", ""), granted::add);
    }

    @Test
    void shouldGrantOnceAndAtOnce() {
        assertEquals(1, granted.size());
        authorization.close();
        assertEquals(1, granted.size());
    }

    @Test
    void shouldGrantEverybodyTheSamePermissions() {
        authorizer.authorize(new Identity("lamp", "", ""), granted::add);

        assertSame(granted.get(0), granted.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kitchen/Fridge/Temperature", "/", "Kitchen/$SYS", "a$"})
    void shouldLetClientsPublish(String topic) {
        assertTrue(granted.get(0).mayPublish(Topic.of(topic), Qos.EXACTLY_ONCE, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS/broker/uptime", "$", "$CONTROL/x", "$share/a/b"})
    void shouldKeepTopicsThatBeginWithADollarForTheBroker(String topic) {
        assertFalse(granted.get(0).mayPublish(Topic.of(topic), Qos.AT_MOST_ONCE, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "$SYS/#", "$share/group/Kitchen/+"})
    void shouldLetClientsSubscribe(String filter) {
        assertTrue(granted.get(0).maySubscribe(TopicFilter.of(filter)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kitchen", "$SYS/broker/uptime"})
    void shouldLetClientsReceive(String topic) {
        assertTrue(granted.get(0).mayReceive(Topic.of(topic)));
    }
}
