// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Access;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The command {@code auth-explain}: what each authorizer says about something that a client wants to do, and by which rule. Any thread;
 * Gogo calls on the thread of a shell, which waits for the authorizers.
 *
 * <p>They are asked about a client with these names and nothing else: what depends on a token or a certificate, which this command
 * does not have, is not allowed.
 */
@Component(
        service = Function.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=auth-explain"})
public final class AuthExplain implements Function {
    private static final String USAGE =
            "usage: auth-explain CLIENT USER publish|subscribe|receive TOPIC, where USER is '' for nobody in particular";
    private static final int NAME = 40;
    private static final int RULE = 100;
    private static final long PATIENCE_SECONDS = 5;

    private final List<Provider> providers = new CopyOnWriteArrayList<>();
    private volatile @Nullable BrokerAdmin broker;

    private record Provider(Authorizer authorizer, String name, int ranking) {}

    /** What one of them says. */
    private record Answer(String name, boolean asked, String says, String rule) {}

    @Activate
    public AuthExplain() {}

    @Reference(name = "authorizers", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(Authorizer authorizer, Map<String, ?> properties) {
        String name = properties.get(Authorizer.NAME) instanceof String given ? given : "";
        int ranking = properties.get("service.ranking") instanceof Integer given ? given : 0;
        providers.add(new Provider(authorizer, name, ranking));
    }

    void unbind(Authorizer authorizer) {
        providers.removeIf(provider -> provider.authorizer == authorizer);
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
    public Object execute(CommandSession session, List<Object> arguments) {
        List<String> words = arguments.stream().map(String::valueOf).toList();
        if (words.size() != 4) {
            throw new IllegalArgumentException(USAGE);
        }
        return explain(words.get(0), words.get(1), words.get(2), words.get(3));
    }

    /** What a client of that name, in the name of that user, may do. */
    String explain(String client, String user, String action, String topic) {
        BrokerAdmin admin = broker;
        if (admin == null) {
            throw new IllegalStateException("the broker is being replaced; try again");
        }
        SessionStatus session = admin.session(client);
        String listener = session == null || session.connection() == null
                ? ""
                : session.connection().listener();
        List<String> chain = admin.authorizers(listener);
        Want want = Want.of(action, topic);
        List<Answer> answers = new ArrayList<>();
        for (String name : chain) {
            Provider provider = find(name);
            answers.add(
                    provider == null
                            ? new Answer(name, true, "is missing", "")
                            : answer(provider, true, new Identity(client, user, user), want));
        }
        for (Provider provider : providers) {
            if (answers.stream().noneMatch(answer -> answer.name.equals(provider.name))) {
                answers.add(answer(provider, false, new Identity(client, user, user), want));
            }
        }
        Table table = new Table(
                Table.text("AUTHORIZER", NAME),
                Table.text("ASKED", NAME),
                Table.text("SAYS", NAME),
                Table.text("RULE", RULE));
        for (Answer answer : answers) {
            table.row(answer.name, answer.asked ? "yes" : "no", answer.says, answer.rule);
        }
        return table.print("authorizer") + "\n" + verdict(answers) + " " + action + " " + Readable.escaped(topic);
    }

    private static String verdict(List<Answer> answers) {
        boolean allowed = false;
        for (Answer answer : answers) {
            if (answer.asked) {
                if (!answer.says.equals("allows") && !answer.says.equals("nothing")) {
                    return "may not";
                }
                allowed |= answer.says.equals("allows");
            }
        }
        return allowed ? "may" : "may not";
    }

    /** The one with this name and the highest ranking; an empty name stands for any. */
    private @Nullable Provider find(String name) {
        return providers.stream()
                .filter(provider -> name.isEmpty() || name.equals(provider.name))
                .max(Comparator.comparingInt(Provider::ranking))
                .orElse(null);
    }

    private static Answer answer(Provider provider, boolean asked, Identity client, Want want) {
        BlockingQueue<Permissions> grants = new LinkedBlockingQueue<>();
        try {
            Authorization bond = provider.authorizer.authorize(client, grants::add);
            try {
                Permissions granted = grants.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (granted == null) {
                    return new Answer(provider.name, asked, "does not answer", "");
                }
                String says = want.isDenied(granted) ? "denies" : want.isAllowed(granted) ? "allows" : "nothing";
                return new Answer(provider.name, asked, says, granted.rule(want.access(), want.filter));
            } finally {
                bond.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Answer(provider.name, asked, "does not answer", "");
        } catch (RuntimeException | LinkageError failure) {
            return new Answer(provider.name, asked, "fails", Readable.escaped(String.valueOf(failure)));
        }
    }

    /** What the client wants. */
    private record Want(String action, @Nullable Topic topic, TopicFilter filter) {

        static Want of(String action, String text) {
            try {
                return switch (action) {
                    case "publish", "receive" -> new Want(action, Topic.of(text), TopicFilter.of(text));
                    case "subscribe" -> new Want(action, null, TopicFilter.of(text));
                    default -> throw new IllegalArgumentException(USAGE);
                };
            } catch (ProtocolViolation invalid) {
                throw new IllegalArgumentException(invalid.getMessage(), invalid);
            }
        }

        Access access() {
            return action.equals("publish") ? Access.WRITE : Access.READ;
        }

        boolean isAllowed(Permissions permissions) {
            if (topic == null) {
                return permissions.maySubscribe(filter);
            }
            return action.equals("publish")
                    ? permissions.mayPublish(topic, Qos.AT_MOST_ONCE, false)
                    : permissions.mayReceive(topic);
        }

        boolean isDenied(Permissions permissions) {
            if (topic == null) {
                return permissions.deniesSubscribe(filter);
            }
            return action.equals("publish")
                    ? permissions.deniesPublish(topic, Qos.AT_MOST_ONCE, false)
                    : permissions.deniesReceive(topic);
        }
    }
}
