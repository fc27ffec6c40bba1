// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.Door;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.TcpDoor;
import io.mortise.itests.TlsDoor;
import io.mortise.itests.WebSocketDoor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What the tests of a run have in common: one broker, its doors, and how each test ended. */
final class Run implements AutoCloseable {
    private final RunningBroker broker;
    private final Map<Method, Boolean> ended = new HashMap<>();
    private int names;

    private Run() {
        try {
            broker = new RunningBroker(secureListeners().toArray(String[]::new));
        } catch (IOException failure) {
            throw new IllegalStateException("the broker does not start", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The one of this run; the first who asks starts the broker, and the end of the run ends it. */
    static Run of(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(Run.class))
                .getOrComputeIfAbsent(Run.class, key -> new Run(), Run.class);
    }

    /** The broker as it is shipped, with nothing set but its port. */
    RunningBroker broker() {
        return broker;
    }

    /** The ways into a broker. */
    static List<Door> doors(RunningBroker broker) {
        TcpDoor tcp = new TcpDoor(broker.port());
        TlsDoor tls = new TlsDoor(broker.ports("mqtt-tls").get(0));
        return List.of(
                tcp,
                tls,
                new WebSocketDoor(new TcpDoor(broker.ports("websocket").get(0))),
                new WebSocketDoor(new TlsDoor(broker.ports("websocket-tls").get(0))));
    }

    /** What adds listeners with TLS to those that are there out of the box. */
    static List<String> secureListeners() {
        List<String> options = new ArrayList<>();
        for (String setting : List.of(
                "io.mortise.tls~conformance:certificates=" + Certificate.FILE,
                "io.mortise.tls~conformance:password=" + Certificate.PASSWORD,
                "io.mortise.listener.tcp~tls:port=0",
                "io.mortise.listener.tcp~tls:tls=conformance",
                "io.mortise.listener.websocket~tls:port=0",
                "io.mortise.listener.websocket~tls:tls=conformance")) {
            options.addAll(List.of("--set", setting));
        }
        return options;
    }

    /** Another name each time: short, so that it fits into a client identifier of 23 letters and digits. */
    synchronized String nextName() {
        return "t" + ++names + "x";
    }

    /** A test has ended at one of the doors. */
    synchronized void ended(Method test, boolean passed) {
        ended.merge(test, passed, Boolean::logicalAnd);
    }

    /** Whether a test has run and passed at every door. */
    synchronized boolean passed(Method test) {
        return ended.getOrDefault(test, false);
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }

    /** Gives it to a test that looks at the whole. */
    static final class Resolver implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Run.class;
        }

        @Override
        public Run resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return of(context);
        }
    }
}
