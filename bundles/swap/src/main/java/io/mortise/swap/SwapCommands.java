// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import io.mortise.api.health.Ledger;
import io.mortise.transport.wire.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that change which bundles run.
 *
 * <p>Any thread; Gogo calls on the thread of a shell. What was put in by hand is judged again when the broker starts, before
 * any of it runs: this component begins a start level earlier.
 */
@Component(
        service = {SwapCommands.class, Ledger.class},
        immediate = true,
        configurationPid = "io.mortise.swap",
        property = {
            "osgi.command.scope=mortise",
            "osgi.command.function=swap",
            "osgi.command.function=rollback",
            "osgi.command.function=install",
            "osgi.command.function=uninstall",
            "osgi.command.function=history",
            "osgi.command.function=leaks"
        })
@Designate(ocd = SwapCommands.Config.class)
public final class SwapCommands implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(SwapCommands.class);

    private static final String DRY_RUN = "--dry-run";
    private static final String FORCE = "--force";
    private static final String PROBE = "--probe";
    private static final String CANARY = "--canary";
    private static final String SHADOW = "--shadow";
    private static final String FOR = "--for";

    /** How long a new version is tried out, in seconds, if nothing else is said. */
    private static final String TRIAL_SECONDS = "30";

    /** What an operator may set; a change is taken up by the next command. */
    @ObjectClassDefinition(name = "Swap", description = "Which bundles may come in, and what happens while they do")
    @interface Config {
        @AttributeDefinition(
                description =
                        "Which bundles may be installed, and started with the broker if they were: any; those whose"
                                + " SHA-256 is listed; those signed by somebody in the trust store",
                options = {
                    @Option(label = "any", value = "any"),
                    @Option(label = "listed", value = "listed"),
                    @Option(label = "signed", value = "signed")
                })
        String trust() default "any";

        @AttributeDefinition(
                description =
                        "The file of trusted checksums, a line each as sha256sum writes it, for listed; a path that"
                                + " is not absolute begins in the data folder")
        String trust_list() default "trusted.sha256";

        @AttributeDefinition(
                description =
                        "The PKCS#12 trust store for signed; a path that is not absolute begins in the data folder")
        String trust_store() default "trusted.p12";

        @AttributeDefinition(description = "The password of the trust store", type = AttributeType.PASSWORD)
        String trust_store_password() default "changeit";

        @AttributeDefinition(
                description = "Versions of a bundle that are kept to go back to, besides those in use",
                min = "1",
                max = "100")
        int versions_kept() default 3;

        @AttributeDefinition(
                description = "Milliseconds that a bundle may take to start, to give its services, and to stop",
                min = "100",
                max = "600000")
        int deadline_millis() default 10_000;

        @AttributeDefinition(
                description =
                        "Milliseconds that a message of the probe may take; if it takes longer, the version before is"
                                + " put back",
                min = "100",
                max = "600000")
        int pause_maximum_millis() default 10_000;

        @AttributeDefinition(
                description =
                        "Whether the folder deploy in the data folder is watched: a jar that is put into it is swapped in"
                                + " or installed, one that is taken out leaves. Whoever can write there may then do what"
                                + " the policy of trust lets in")
        boolean deploy_watched() default false;

        @AttributeDefinition(
                description = "Seconds that the broker is watched after a change that came from the folder",
                min = "0",
                max = "3600")
        int deploy_probe_seconds() default 2;

        @AttributeDefinition(description = "User name of the probe; empty for none")
        String probe_username() default "";

        @AttributeDefinition(description = "Password of the probe", type = AttributeType.PASSWORD)
        String probe_password() default "";

        @AttributeDefinition(description = "The topic below which the probe publishes and subscribes")
        String probe_topic() default "mortise/probe";
    }

    private final BundleContext context;
    private final Swaps swaps;
    private final Journal journal;
    private final ServiceRegistration<CollisionHook> sameVersion;
    private final @Nullable DeployFolder deploy;
    private final Loaders loaders;
    private final Gatekeeper gatekeeper;
    private volatile @Nullable Transport transport;

    /** Judges what was put in by hand before. */
    @Activate
    public SwapCommands(BundleContext context, Config config) throws IOException {
        this.context = context;
        Path data = folder(context, "mortise.data");
        Trust trust = Trust.named(
                config.trust(),
                data.resolve(config.trust_list()),
                data.resolve(config.trust_store()),
                config.trust_store_password());
        Path repository = folder(context, "mortise.home").resolve("repository");
        Path bundles = data.resolve("bundles");
        Shelf shelf = new Shelf(bundles);
        this.journal = new Journal(data.resolve("audit.log"));
        new Leftovers(context, journal, bundles).remove();
        this.swaps = new Swaps(
                context,
                new BundleActions(context, config.deadline_millis()),
                shelf,
                new Sources(repository, trust),
                trust,
                journal,
                new Probe.Settings(
                        config.probe_username(),
                        config.probe_password(),
                        config.probe_topic(),
                        config.pause_maximum_millis()),
                config.versions_kept());
        this.gatekeeper = new Gatekeeper(context, trust, shelf, bundles, repository, journal);
        this.sameVersion = context.registerService(CollisionHook.class, new SameVersion(context.getBundle()), null);
        this.loaders = new Loaders(context);
        this.deploy = config.deploy_watched()
                ? new DeployFolder(
                                data.resolve("deploy"), new Deployment(context, config.deploy_probe_seconds()), journal)
                        .start()
                : null;
    }

    /** Leaves nothing behind but what was changed. */
    @Deactivate
    void close() {
        if (deploy != null) {
            deploy.close();
        }
        swaps.close();
        sameVersion.unregister();
        loaders.close();
        gatekeeper.close();
    }

    private static Path folder(BundleContext context, String property) {
        String folder = context.getProperty(property);
        if (folder == null) {
            throw new IllegalStateException("the launcher sets " + property + ", which is not there");
        }
        return Path.of(folder);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTransport(Transport next) {
        transport = next;
    }

    void unbindTransport(Transport gone) {
        if (transport == gone) {
            transport = null;
        }
    }

    @Descriptor("lets another version of a bundle take its place, and takes it back if it is no good")
    public String swap(
            CommandSession session,
            @Descriptor("say what would happen, and do nothing")
                    @Parameter(names = DRY_RUN, presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("even if others are restarted with it")
                    @Parameter(names = FORCE, presentValue = "true", absentValue = "false")
                    boolean force,
            @Descriptor("seconds to watch it afterwards") @Parameter(names = PROBE, absentValue = "2") int probe,
            @Descriptor("percent of the clients that connect about which a new auth provider decides at first")
                    @Parameter(names = CANARY, absentValue = "0")
                    int canary,
            @Descriptor("ask a new auth provider beside the one in force, say where they differ, and take it out again")
                    @Parameter(names = SHADOW, presentValue = "true", absentValue = "false")
                    boolean shadow,
            @Descriptor("seconds that --canary and --shadow take") @Parameter(names = FOR, absentValue = TRIAL_SECONDS)
                    int trialSeconds,
            @Descriptor("number or name") Bundle bundle,
            @Descriptor("absolute path, file: or https: URL, group:artifact:version") String source)
            throws IOException {
        Swaps.Options options = options(dryRun, force, probe, share(canary, shadow, trialSeconds));
        return attended(bundle, options, session, (how, say) -> swaps.swap(bundle, source, how, transport, say));
    }

    @Descriptor("lets the version take its place again that was there before the last swap of a bundle")
    public String rollback(
            CommandSession session,
            @Descriptor("say what would happen, and do nothing")
                    @Parameter(names = DRY_RUN, presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("even if others are restarted with it")
                    @Parameter(names = FORCE, presentValue = "true", absentValue = "false")
                    boolean force,
            @Descriptor("seconds to watch it afterwards") @Parameter(names = PROBE, absentValue = "2") int probe,
            @Descriptor("number or name") Bundle bundle)
            throws IOException {
        Swaps.Options options = options(dryRun, force, probe);
        return attended(bundle, options, session, (how, say) -> swaps.rollback(bundle, how, transport, say));
    }

    @Descriptor("adds a bundle that is not there, and takes it out again if it is no good")
    public String install(
            CommandSession session,
            @Descriptor("say what would happen, and do nothing")
                    @Parameter(names = DRY_RUN, presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("seconds to watch it afterwards") @Parameter(names = PROBE, absentValue = "2") int probe,
            @Descriptor("absolute path, file: or https: URL, group:artifact:version") String source)
            throws IOException {
        return swaps.install(source, options(dryRun, false, probe), transport, session.getConsole()::println);
    }

    @Descriptor("takes a bundle out, unless others need what only it gives")
    public String uninstall(
            CommandSession session,
            @Descriptor("say what would happen, and do nothing")
                    @Parameter(names = DRY_RUN, presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("even if others need it")
                    @Parameter(names = FORCE, presentValue = "true", absentValue = "false")
                    boolean force,
            @Descriptor("seconds to watch the broker afterwards") @Parameter(names = PROBE, absentValue = "2")
                    int probe,
            @Descriptor("number or name") Bundle bundle)
            throws IOException {
        return swaps.uninstall(bundle, options(dryRun, force, probe), transport, session.getConsole()::println);
    }

    @Descriptor("what was done to the bundles, by whom, and how it went")
    public String history() throws IOException {
        List<Journal.Entry> entries = journal.entries();
        StringBuilder text = new StringBuilder();
        for (Journal.Entry entry : entries) {
            text.append(String.join(
                            "  ",
                            Arrays.asList(
                                    entry.at().toString(),
                                    entry.who(),
                                    entry.action(),
                                    entry.bundle(),
                                    entry.from() + " -> " + entry.to(),
                                    entry.pauseMillis() < 0 ? "-" : entry.pauseMillis() + " ms",
                                    entry.outcome())))
                    .append('\n');
        }
        return text.append(entries.size())
                .append(entries.size() == 1 ? " event" : " events")
                .toString();
    }

    /** When each bundle took the place of another version. */
    @Override
    public Map<Long, Entry> entries() {
        Map<Long, Entry> entries = new HashMap<>();
        try {
            Map<String, Instant> swapped = journal.lastSwaps();
            for (Bundle bundle : context.getBundles()) {
                Instant at = swapped.get(bundle.getSymbolicName() + " " + bundle.getVersion());
                if (at != null) {
                    entries.put(bundle.getBundleId(), new Entry(0, 0, 0, 0, at));
                }
            }
        } catch (IOException unreadable) {
            LOG.warn("the history cannot be read", unreadable);
        }
        return entries;
    }

    @Descriptor("versions that are gone and yet held in memory, and by whom; collects garbage, which takes a moment")
    public String leaks(
            @Descriptor("look in a heap dump for the way to each, while everything waits")
                    @Parameter(names = "--path", presentValue = "true", absentValue = "false")
                    boolean path)
            throws IOException {
        List<String> held = loaders.held(path);
        return held.isEmpty() ? "no version that is gone is held" : String.join("\n", held);
    }

    /** What comes from the watched folder. */
    private final class Deployment implements DeployFolder.Target {
        private final BundleContext context;
        private final int probeSeconds;

        Deployment(BundleContext context, int probeSeconds) {
            this.context = context;
            this.probeSeconds = probeSeconds;
        }

        @Override
        public boolean isReady() {
            int highest = Arrays.stream(context.getBundles())
                    .mapToInt(bundle -> bundle.adapt(BundleStartLevel.class).getStartLevel())
                    .max()
                    .orElse(0);
            FrameworkStartLevel now =
                    context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
            return transport != null && now.getStartLevel() >= highest;
        }

        @Override
        public String take(Path file, String by) throws IOException {
            return swaps.take(file.toString(), options(by), transport, LOG::info);
        }

        @Override
        public String leave(Journal.Entry brought, String by) throws IOException {
            return swaps.undo(brought, options(by), transport, LOG::info);
        }

        private Swaps.Options options(String by) {
            return new Swaps.Options(false, false, TimeUnit.SECONDS.toMillis(probeSeconds), Swaps.Share.NONE, true, by);
        }
    }

    private interface Change {
        String make(Swaps.Options how, Consumer<String> say) throws IOException;
    }

    /** The answer of a change, or that it goes on by itself: a shell cannot wait for what ends it. */
    private static String attended(Bundle bundle, Swaps.Options how, CommandSession session, Change change)
            throws IOException {
        String header = bundle.getHeaders().get(Candidate.SWAP_HEADER);
        if (how.dryRun() || !Candidate.isMarked(header, Candidate.UNATTENDED)) {
            return change.make(how, session.getConsole()::println);
        }
        Thread thread = new Thread(null, () -> logged(change, how.waiting()), "mortise-swap", 0, false);
        thread.setDaemon(true);
        thread.start();
        return "this shell ends with " + bundle.getSymbolicName()
                + "; ask a new one for the history, to see how it went";
    }

    private static void logged(Change change, Swaps.Options how) {
        try {
            LOG.info("{}", change.make(how, LOG::info));
        } catch (IOException | RuntimeException failure) {
            LOG.error("{}", failure.getMessage(), failure);
        }
    }

    private static Swaps.Options options(boolean dryRun, boolean force, int probeSeconds) {
        return options(dryRun, force, probeSeconds, Swaps.Share.NONE);
    }

    private static Swaps.Options options(boolean dryRun, boolean force, int probeSeconds, Swaps.Share trial) {
        return new Swaps.Options(
                dryRun,
                force,
                TimeUnit.SECONDS.toMillis(within(PROBE, "seconds", 0, 3_600, probeSeconds)),
                trial,
                false,
                Journal.OPERATOR);
    }

    private static Swaps.Share share(int canary, boolean shadow, int seconds) {
        if (shadow && canary != 0) {
            throw new IllegalArgumentException(CANARY + " or " + SHADOW + " expected, got both");
        }
        if (!shadow && canary == 0) {
            return Swaps.Share.NONE;
        }
        return new Swaps.Share(
                shadow ? 0 : within(CANARY, "percent", 1, 100, canary),
                TimeUnit.SECONDS.toMillis(within(FOR, "seconds", 1, 86_400, seconds)));
    }

    private static int within(String option, String unit, int least, int most, int got) {
        if (got < least || got > most) {
            throw new IllegalArgumentException(
                    option + ": " + least + " to " + most + " " + unit + " expected, got " + got);
        }
        return got;
    }
}
