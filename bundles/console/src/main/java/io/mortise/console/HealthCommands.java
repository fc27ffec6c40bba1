// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.health.Health;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** How the parts are. Any thread; Gogo calls on the thread of a shell. */
@Component(
        service = HealthCommands.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=health"})
public final class HealthCommands {
    private final List<Health> parts = new CopyOnWriteArrayList<>();

    @Activate
    public HealthCommands() {}

    @Reference(name = "parts", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(Health part) {
        parts.add(part);
    }

    void unbind(Health part) {
        parts.remove(part);
    }

    @Descriptor("how the parts are that have something to say, and why")
    public String health() {
        Table table = new Table(Table.text("PART", 40), Table.text("HEALTH", 8), Table.text("REASON", 400));
        parts.stream().sorted(Comparator.comparing(Health::name)).forEach(part -> {
            Health.Status status = part.status();
            table.row(part.name(), status.level(), status.reason());
        });
        return table.print("part");
    }
}
