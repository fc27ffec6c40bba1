// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Command;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.TcpDoor;
import io.mortise.itests.load.Payload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What everything is wired to is upgraded, not swapped: clients connect again, and find their sessions with all that was
 * acknowledged.
 */
class UpgradeIT {
    private static final int MESSAGES = 50;
    private static final Pattern DEFAULT_LISTENER = Pattern.compile("tcp~default .*127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path folder;

    private final Findings findings = new Findings();
    private final Payload payload = new Payload(64);
    private final Account account = new Account("regular", List.of(1));
    private final Subscriber subscriber = new Subscriber(account, payload, new Delays(), findings);

    private Client regular(int port) throws IOException {
        byte[] connect = Packets.connect(Packets.V5, "regular", false);
        return Client.connect(new TcpDoor(port), Packets.V5, "regular", connect, subscriber, findings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.mortise.transport", "io.netty.buffer", "io.mortise.api"})
    void shouldFindItsSessionAgainWhenAPieceOfThePlatformIsUpgraded(String bundle) throws Exception {
        try (RunningBroker broker = new RunningBroker()) {
            Operator operator = new Operator(broker, folder);
            regular(broker.port()).subscribe(Publisher.topic(1), 2).close();
            Publisher publisher = new Publisher(
                    1,
                    new Publisher.Habits(Packets.V3, 1, false, false),
                    payload,
                    new TcpDoor(broker.port()),
                    findings);
            for (int i = 0; i < MESSAGES; i++) {
                publisher.takeTurn();
            }
            await().until(() -> publisher.acknowledged() == MESSAGES);
            publisher.client().close();
            Findings lost = new Findings();
            byte[] connect = Packets.connect(Packets.V3, "witness", true);
            Client.connect(
                    new TcpDoor(broker.port()), Packets.V3, "witness", connect, (c, b, from, body, end) -> {}, lost);
            operator.tries("felix:update " + bundle + "; felix:refresh " + bundle);
            await().until(() -> !lost.isEmpty()); // the refresh goes on when the command has ended
            subscriber.comesBack();
            await().ignoreExceptions().until(() -> {
                Matcher listener = DEFAULT_LISTENER.matcher(operator.execute("listeners"));
                return listener.find() && comesBackTo(Integer.parseInt(listener.group(1)));
            });
            Crowd.awaitHeard(account, Map.of(1, (long) MESSAGES));
            findings.areNone();
        }
    }

    private boolean comesBackTo(int port) throws IOException {
        regular(port);
        return true;
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
