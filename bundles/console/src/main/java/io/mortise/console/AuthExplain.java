// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.intercept.SubscribeInterceptor;
import io.mortise.console.AuthorizerService.Answer;
import io.mortise.console.AuthorizerService.Grant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The command {@code auth-explain}: what each authorizer says about something that a client wants to do, and by which rule; or what
 * another one would say about all that clients do for a while. Any thread; Gogo calls on the thread of a shell, which waits.
 *
 * <p>About a single wish they are asked for a client with these names and nothing else: what depends on a token or a certificate,
 * which this command does not have, is not allowed.
 */
@Component(
        service = Function.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=auth-explain"})
public final class AuthExplain implements Function {
    static final String USAGE =
            "usage: auth-explain CLIENT USER publish|subscribe|receive TOPIC, where USER is '' for nobody in particular;"
                    + " or auth-explain --shadow NAME|BUNDLE [SECONDS], to compare the authorizer of that name, or of the"
                    + " bundle with that number, with those in force for all that clients do in 10 or as many seconds";
    private static final String SHADOW = "--shadow";
    private static final int NAME = 40;
    private static final int RULE = 100;
    private static final int SECONDS = 10;
    private static final int MOST_SECONDS = 3_600;

    private final List<AuthorizerService> providers = new CopyOnWriteArrayList<>();
    private final Listening listening;
    private volatile @Nullable BrokerAdmin broker;

    /** Lets a recorder hear what clients want. */
    interface Listening {
        /** Begins; whoever runs what is answered ends it. */
        Runnable begin(Recorder recorder);
    }

    /** A row of the table. */
    private record Row(String name, boolean asked, Answer answer) {}

    @Activate
    public AuthExplain(BundleContext context) {
        this(recorder -> {
            ServiceRegistration<?> registration = context.registerService(
                    new String[] {
                        PublishInterceptor.class.getName(),
                        SubscribeInterceptor.class.getName(),
                        DeliveryInterceptor.class.getName()
                    },
                    recorder,
                    null);
            return registration::unregister;
        });
    }

    AuthExplain(Listening listening) {
        this.listening = listening;
    }

    @Reference(name = "authorizers", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(Authorizer authorizer, Map<String, ?> properties) {
        providers.add(AuthorizerService.of(authorizer, properties));
    }

    void unbind(Authorizer authorizer) {
        providers.removeIf(provider -> provider.authorizer() == authorizer);
    }

    @Reference(
            name = "broker",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroker(BrokerAdmin admin) {
        broker = admin;
    }

    void unbindBroker(BrokerAdmin admin) {
        if (broker == admin) {
            broker = null;
        }
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws InterruptedException {
        List<String> words = arguments.stream().map(String::valueOf).toList();
        if (!words.isEmpty() && words.get(0).equals(SHADOW) && (words.size() == 2 || words.size() == 3)) {
            return shadow(words.get(1), words.size() == 3 ? seconds(words.get(2)) : SECONDS, session.getConsole());
        }
        if (words.size() != 4) {
            throw new IllegalArgumentException(USAGE);
        }
        return explain(words.get(0), words.get(1), words.get(2), words.get(3));
    }

    private static int seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 1 && seconds <= MOST_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException("1 to " + MOST_SECONDS + " seconds expected, got " + text);
    }

    private BrokerAdmin broker() {
        BrokerAdmin admin = broker;
        if (admin == null) {
            throw new IllegalStateException("the broker is being replaced; try again");
        }
        return admin;
    }

    private static List<String> chain(BrokerAdmin admin, String client) {
        SessionStatus session = admin.session(client);
        return admin.authorizers(
                session == null || session.connection() == null
                        ? ""
                        : session.connection().listener());
    }

    /** What a client of that name, in the name of that user, may do. */
    String explain(String client, String user, String action, String topic) {
        Want want = Want.of(action, topic);
        Identity identity = new Identity(client, user, user);
        List<Row> rows = new ArrayList<>();
        for (String name : chain(broker(), client)) {
            AuthorizerService provider = find(name);
            rows.add(
                    provider == null
                            ? new Row(name, true, Answer.MISSING)
                            : new Row(provider.name(), true, answer(provider, identity, want)));
        }
        for (AuthorizerService provider : providers) {
            if (rows.stream().noneMatch(row -> row.name.equals(provider.name()))) {
                rows.add(new Row(provider.name(), false, answer(provider, identity, want)));
            }
        }
        Table table = new Table(
                Table.text("AUTHORIZER", NAME),
                Table.text("ASKED", NAME),
                Table.text("SAYS", NAME),
                Table.text("RULE", RULE));
        for (Row row : rows) {
            table.row(row.name, row.asked ? "yes" : "no", row.answer.says(), row.answer.rule());
        }
        return table.print("authorizer") + "\n" + verdict(rows) + " " + action + " " + Readable.escaped(topic);
    }

    private static Answer answer(AuthorizerService provider, Identity client, Want want) {
        try (Grant grant = provider.ask(client)) {
            return grant.about(want);
        }
    }

    private static String verdict(List<Row> rows) {
        boolean allowed = false;
        for (Row row : rows) {
            if (row.asked) {
                if (row.answer.closes()) {
                    return "may not";
                }
                allowed |= row.answer.allows();
            }
        }
        return allowed ? "may" : "may not";
    }

    /** Those with this name, the one in force first: of the highest ranking, and the one that came first. */
    private List<AuthorizerService> named(String name) {
        return providers.stream()
                .filter(provider -> name.isEmpty() || name.equals(provider.name()))
                .sorted(Comparator.comparingInt((AuthorizerService provider) -> -provider.ranking())
                        .thenComparingLong(AuthorizerService::id))
                .toList();
    }

    private @Nullable AuthorizerService find(String name) {
        List<AuthorizerService> named = named(name);
        return named.isEmpty() ? null : named.get(0);
    }

    /** Notes what clients want for so many seconds, and compares what a candidate says about it with what those in force say. */
    private String shadow(String which, int seconds, PrintStream console) throws InterruptedException {
        AuthorizerService candidate = candidate(which);
        Recorder recorder = new Recorder();
        Runnable end = listening.begin(recorder);
        try {
            console.println("listening for " + seconds + " s");
            for (int second = 0; second < seconds && !recorder.isFull(); second++) {
                TimeUnit.SECONDS.sleep(1);
            }
        } finally {
            end.run();
        }
        BrokerAdmin admin = broker();
        Map<Identity, Set<Want>> wants = recorder.wants();
        Shadow shadow = new Shadow(candidate, this::find);
        wants.forEach((client, wanted) -> shadow.compare(client, wanted, chain(admin, client.clientId())));
        String full = recorder.isFull()
                ? "\nclients wanted more than " + Recorder.MOST + " things; the rest was not noted"
                : "";
        return shadow.report(wants) + full;
    }

    private AuthorizerService candidate(String which) {
        for (AuthorizerService provider : providers) {
            if (which.equals(Long.toString(provider.bundle()))) {
                return provider;
            }
        }
        List<AuthorizerService> named = which.isEmpty() ? List.of() : named(which);
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "no authorizer is called " + which + ", and none is of a bundle with that number;" + " there are: "
                            + String.join(
                                    ", ",
                                    providers.stream()
                                            .map(AuthorizerService::name)
                                            .distinct()
                                            .toList()));
        }
        return named.get(named.size() - 1); // if there are two, the one that is not in force
    }
}
