// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.connection.Listener;
import io.mortise.api.health.Ledger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The parts of which this broker is made. Any thread; Gogo calls on the thread of a shell. */
@Component(
        service = BundleCommands.class,
        property = {
            "osgi.command.scope=mortise",
            "osgi.command.function=bundles",
            "osgi.command.function=start",
            "osgi.command.function=stop"
        })
public final class BundleCommands {
    static final String FIRST_PARTY = "io.mortise.";

    /** There is nothing to say. */
    private static final String NONE = "-";

    private final BundleContext context;
    private final BundleConverter finder;
    private final List<Ledger> ledgers = new CopyOnWriteArrayList<>();

    @Activate
    public BundleCommands(BundleContext context) {
        this.context = context;
        this.finder = new BundleConverter(context);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindLedger(Ledger next) {
        ledgers.add(next);
    }

    void unbindLedger(Ledger gone) {
        ledgers.remove(gone);
    }

    @Descriptor(
            "the broker's own bundles and those that it calls: what each was asked by others and how that went, the time it"
                    + " took (estimated where there is much), what waits for it, when it was swapped; its threads, ports and services")
    public String bundles() {
        Map<Long, Ledger.Entry> entries = new HashMap<>();
        ledgers.forEach(ledger ->
                ledger.entries().forEach((bundle, entry) -> entries.merge(bundle, entry, Ledger.Entry::plus)));
        Table table = new Table(
                Table.number("ID"),
                Table.text("BUNDLE", 50),
                Table.text("VERSION", 40),
                Table.text("STATE", 12),
                Table.number("CALLS"),
                Table.number("ERRORS"),
                Table.number("TIME"),
                Table.number("WAITING"),
                Table.text("SWAPPED", 20),
                Table.number("THREADS"),
                Table.text("PORTS", 60),
                Table.text("GIVES", 60),
                Table.text("TAKES", 100));
        List<Bundle> ours = Arrays.stream(context.getBundles())
                .filter(bundle -> isFirstParty(bundle)
                        || bundle.getSymbolicName() != null && entries.containsKey(bundle.getBundleId()))
                .toList();
        BundleThreads threads =
                BundleThreads.now(ours.stream().map(Bundle::getSymbolicName).toList());
        ours.stream()
                .sorted(Comparator.comparing(Bundle::getSymbolicName).thenComparing(Bundle::getVersion))
                .forEach(bundle ->
                        row(table, bundle, entries.getOrDefault(bundle.getBundleId(), Ledger.Entry.NONE), threads));
        return table.print("bundle");
    }

    private static void row(Table table, Bundle bundle, Ledger.Entry entry, BundleThreads threads) {
        Instant swapped = entry.swapped();
        boolean called = entry.calls() > 0;
        table.row(
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion(),
                state(bundle),
                called ? entry.calls() : NONE,
                called ? entry.errors() : NONE,
                called ? Readable.time(entry.nanos()) : NONE,
                entry.waiting(),
                swapped == null ? NONE : swapped.truncatedTo(ChronoUnit.SECONDS),
                threads.of(bundle.getSymbolicName()),
                ports(bundle.getRegisteredServices()),
                interfaces(bundle.getRegisteredServices()),
                interfaces(bundle.getServicesInUse()));
    }

    /** As Gogo's own, but what cannot be done is a failure. */
    @Descriptor("start bundles; what they do goes on")
    public String start(@Descriptor("their symbolic names, or numbers") String... names) throws BundleException {
        List<Bundle> meant = meant(names);
        for (Bundle bundle : meant) {
            bundle.start();
        }
        return said("started", meant);
    }

    @Descriptor("stop bundles; what needs them waits until they are started again")
    public String stop(@Descriptor("their symbolic names, or numbers") String... names) throws BundleException {
        List<Bundle> meant = meant(names);
        for (Bundle bundle : meant) {
            bundle.stop();
        }
        return said("stopped", meant);
    }

    /** All of them are there, or nothing is done to any. */
    private List<Bundle> meant(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("a bundle expected, by symbolic name or number; 'bundles' lists them");
        }
        List<Bundle> meant = new ArrayList<>();
        for (String name : names) {
            Bundle bundle = finder.find(name);
            if (bundle == null) {
                throw new IllegalArgumentException("there is no bundle '" + Readable.escaped(name)
                        + "', or more than one; 'bundles' lists them with their numbers");
            }
            meant.add(bundle);
        }
        return meant;
    }

    private static String said(String what, List<Bundle> bundles) {
        return what + " " + bundles.stream().map(Bundle::getSymbolicName).collect(Collectors.joining(", "));
    }

    private static boolean isFirstParty(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null && name.startsWith(FIRST_PARTY);
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.ACTIVE -> "active";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    /** The addresses at which its listeners listen. */
    private static String ports(ServiceReference<?> @Nullable [] services) {
        String addresses = Arrays.stream(services == null ? new ServiceReference<?>[0] : services)
                .map(service -> service.getProperty(Listener.ADDRESS))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .sorted()
                .collect(Collectors.joining(", "));
        return addresses.isEmpty() ? NONE : addresses;
    }

    /** The short names of their interfaces, each with how often it is there if that is more than once. */
    private static String interfaces(ServiceReference<?> @Nullable [] services) {
        if (services == null) {
            return NONE;
        }
        Map<String, Integer> names = new TreeMap<>();
        for (ServiceReference<?> service : services) {
            for (String type : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
                names.merge(type.substring(type.lastIndexOf('.') + 1), 1, Integer::sum);
            }
        }
        StringBuilder text = new StringBuilder();
        names.forEach((name, times) -> {
            text.append(text.isEmpty() ? "" : ", ").append(name);
            if (times > 1) {
                text.append(" x").append(times);
            }
        });
        return text.toString();
    }
}
