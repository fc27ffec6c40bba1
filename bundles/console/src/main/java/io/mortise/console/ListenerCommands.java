// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.connection.Listener;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Where clients can connect. Any thread; Gogo calls on the thread of a shell. */
@Component(
        service = ListenerCommands.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=listeners"})
public final class ListenerCommands {
    private static final String PREFIX = "io.mortise.listener.";

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    @Activate
    public ListenerCommands() {}

    @Reference(name = "listeners", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(Listener listener) {
        listeners.add(listener);
    }

    void unbind(Listener listener) {
        listeners.remove(listener);
    }

    @Descriptor("where clients can connect")
    public String listeners() {
        Table table = new Table(
                Table.text("LISTENER", 40),
                Table.text("PROTOCOL", 20),
                Table.text("ADDRESS", 50),
                Table.number("CONNECTIONS"),
                Table.text("STATE", 120));
        listeners.stream().sorted(Comparator.comparing(Listener::name)).forEach(listener -> {
            String address = listener.address();
            String failure = listener.failure();
            table.row(
                    shortName(listener.name()),
                    listener.protocol(),
                    address == null ? "-" : address,
                    listener.connections(),
                    failure == null ? "listening" : failure);
        });
        return table.print("listener");
    }

    /** A listener's name without what the names of all our listeners begin with: {@code tcp~default}. */
    static String shortName(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
