// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Canary;
import io.mortise.api.connection.Broker;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.connection.Traffic;
import io.mortise.api.health.Health;
import io.mortise.api.health.Ledger;
import io.mortise.api.intercept.ClientObserver;
import io.mortise.api.intercept.ConnectInterceptor;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.intercept.SubscribeInterceptor;
import io.mortise.api.intercept.UnsubscribeInterceptor;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.io.File;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The broker as a component: here OSGi ends.
 *
 * <p>Every part that it works with may leave and come back, or be replaced by another, while clients are connected: the
 * engine holds everything while one is missing.
 */
@Component(
        immediate = true,
        service = {Broker.class, BrokerAdmin.class, Health.class, Ledger.class},
        configurationPid = BrokerComponent.PID)
@Designate(ocd = BrokerComponent.Config.class)
public final class BrokerComponent implements Broker, BrokerAdmin, Health, Ledger {
    static final String PID = "io.mortise.engine";

    /** What an operator may set; a change is taken up at once, and clients stay connected. */
    @ObjectClassDefinition(name = "MQTT engine", description = "Limits of sessions and connections")
    public @interface Config {

        @AttributeDefinition(
                name = "Receive maximum",
                description =
                        "How many messages at QoS 1 and 2 a client may send before it waits for an acknowledgement",
                min = "1",
                max = "65535")
        int receive_maximum() default 256;

        @AttributeDefinition(
                name = "Inflight maximum",
                description = "How many messages at QoS 1 and 2 are sent to a client before it has acknowledged some;"
                        + " a client's own Receive Maximum may be lower",
                min = "1",
                max = "65535")
        int inflight_maximum() default 256;

        @AttributeDefinition(
                name = "Queue length",
                description = "How many messages wait for a client that is away or slow; what happens to further ones"
                        + " says the queue overflow",
                min = "1",
                max = "10000000")
        int queue_maximum_messages() default 10_000;

        @AttributeDefinition(
                name = "Queue size",
                description =
                        "How many bytes of messages wait for a client that is away or slow; what happens to further"
                                + " ones says the queue overflow",
                min = "1024",
                max = "2147483647")
        int queue_maximum_bytes() default 8_388_608;

        @AttributeDefinition(
                name = "Queue overflow",
                description =
                        "What happens to a message for which there is no room in a queue: it is dropped, the oldest"
                                + " that wait are dropped instead, or it is dropped and its client is"
                                + " disconnected with reason code 0x97 (Quota exceeded). Each dropped message is counted",
                options = {
                    @Option(label = "drop the new one", value = "drop-new"),
                    @Option(label = "drop the oldest", value = "drop-oldest"),
                    @Option(label = "disconnect the client", value = "disconnect")
                })
        String queue_overflow() default "drop-new";

        @AttributeDefinition(
                name = "Queued messages in all",
                description = "How many messages wait for all clients together; further ones overflow their queues",
                min = "1",
                max = "2147483647")
        int queued_maximum_messages() default 1_000_000;

        @AttributeDefinition(
                name = "Size of all queues",
                description = "How many bytes of messages wait for all clients together; further ones overflow their"
                        + " queues; 0 for three quarters of the memory",
                min = "0",
                max = "1099511627776")
        long queued_maximum_bytes() default 0;

        @AttributeDefinition(
                name = "Retained messages",
                description =
                        "How many messages are retained; one more is refused with reason code 0x97 (Quota exceeded)",
                min = "0",
                max = "2147483647")
        int retained_maximum_messages() default 1_000_000;

        @AttributeDefinition(
                name = "Size of retained messages",
                description =
                        "How many bytes the retained messages take; one that does not fit is refused with reason code"
                                + " 0x97 (Quota exceeded); 0 for half of the memory",
                min = "0",
                max = "1099511627776")
        long retained_maximum_bytes() default 0;

        @AttributeDefinition(
                name = "Memory",
                description = "How many bytes of memory clients can make the broker keep: connections, sessions,"
                        + " subscriptions, queued, unacknowledged and retained messages, and what the transport holds for"
                        + " them; 0 for two fifths of the heap. When they are used up, further clients, subscriptions and"
                        + " retained messages are refused, and queues overflow",
                min = "0",
                max = "1099511627776")
        long memory_maximum_bytes() default 0;

        @AttributeDefinition(
                name = "Topic alias maximum",
                description = "How many topic aliases a client may set on a connection; 0 for none",
                min = "0",
                max = "65535")
        int topic_alias_maximum() default 16;

        @AttributeDefinition(
                name = "Topic levels",
                description = "How many levels a topic name or topic filter may have",
                min = "1",
                max = "65535")
        int topic_levels_maximum() default 32;

        @AttributeDefinition(
                name = "Topic length",
                description = "How many bytes a topic name or topic filter may have in UTF-8",
                min = "1",
                max = "65535")
        int topic_maximum_bytes() default 1_024;

        @AttributeDefinition(
                name = "Client identifier length",
                description =
                        "How many bytes a client identifier may have in UTF-8; a longer one is refused with reason"
                                + " code 0x85 (Client Identifier not valid)",
                min = "23",
                max = "65535")
        int client_id_maximum_bytes() default 1_024;

        @AttributeDefinition(
                name = "Connections",
                description =
                        "How many connections there may be by all listeners together; one more is refused with reason"
                                + " code 0x97 (Quota exceeded)",
                min = "1",
                max = "100000000")
        int connections_maximum() default 100_000;

        @AttributeDefinition(
                name = "Connect rate",
                description = "How many clients may connect in a second; one more is refused with reason code 0x9F"
                        + " (Connection rate exceeded)",
                min = "1",
                max = "10000000")
        int connect_rate_maximum() default 5_000;

        @AttributeDefinition(
                name = "Publish rate in messages",
                description = "How many messages a second a client may publish on average; the broker reads no faster;"
                        + " 0 for as many as it likes",
                min = "0",
                max = "10000000")
        int publish_rate_maximum_messages() default 0;

        @AttributeDefinition(
                name = "Publish rate in bytes",
                description =
                        "How many bytes a second, of payloads and topics, a client may publish on average; the broker"
                                + " reads no faster; 0 for as many as it likes",
                min = "0",
                max = "2147483647")
        int publish_rate_maximum_bytes() default 0;

        @AttributeDefinition(
                name = "Subscriptions",
                description = "How many subscriptions a session may have",
                min = "1",
                max = "10000000")
        int subscriptions_maximum() default 10_000;

        @AttributeDefinition(
                name = "Sessions",
                description = "How many sessions there may be, with a connection or without",
                min = "1",
                max = "100000000")
        int sessions_maximum() default 100_000;

        @AttributeDefinition(
                name = "Session expiry",
                description =
                        "The longest time, in seconds, that a session outlives its connection; 4294967295 for ever",
                min = "0",
                max = "4294967295")
        long session_expiry_maximum_seconds() default 2_592_000;

        @AttributeDefinition(
                name = "Keep-alive",
                description =
                        "The longest keep-alive in seconds; an MQTT 5.0 client that asks for more, or for none, is told"
                                + " this one; 65535 leaves the client its own",
                min = "1",
                max = "65535")
        int keep_alive_maximum_seconds() default 65_535;

        @AttributeDefinition(
                name = "Deadline of authentication",
                description = "How long, in milliseconds, an auth provider may take before the client is refused",
                min = "1",
                max = "600000")
        int auth_deadline_millis() default 2_000;

        @AttributeDefinition(
                name = "Authenticators",
                description =
                        "The names of the auth providers that are asked who may connect, in order: all are asked, one"
                                + " has to accept, and none may refuse. A client that names an authentication method is"
                                + " authenticated by that, if it is a method of one of these. None for the provider that"
                                + " there is")
        String[] authenticators() default {};

        @AttributeDefinition(
                name = "Authenticators of listeners",
                description = "For listeners that have authenticators of their own: LISTENER=NAME NAME ..., as in"
                        + " io.mortise.listener.tcp~default=file jwt")
        String[] listener_authenticators() default {};

        @AttributeDefinition(
                name = "Authorizers",
                description =
                        "The names of the auth providers that say what clients may do: what one allows and none denies."
                                + " None for the provider that there is")
        String[] authorizers() default {};

        @AttributeDefinition(
                name = "Authorizers of listeners",
                description = "For listeners that have authorizers of their own: LISTENER=NAME NAME ...")
        String[] listener_authorizers() default {};

        @AttributeDefinition(
                name = "Gap of an auth provider",
                description =
                        "How long, in milliseconds, everything waits for an auth provider that is missing, as while it"
                                + " is updated; then those who need it are refused",
                min = "0",
                max = "3600000")
        int auth_gap_millis() default 10_000;

        @AttributeDefinition(
                name = "Interceptors",
                description =
                        "The names of the interceptors without which nobody is served, in the order in which they are"
                                + " asked; while one is missing everything waits. Interceptors that are not named here come after"
                                + " them, and are asked while they are there")
        String[] interceptors() default {};

        @AttributeDefinition(
                name = "Deadline of interceptors",
                description =
                        "How long, in milliseconds, interceptors may take to decide about a packet before it is refused",
                min = "1",
                max = "600000")
        int intercept_deadline_millis() default 2_000;

        @AttributeDefinition(
                name = "Length of an authentication exchange",
                description =
                        "How long, in milliseconds, an MQTT 5.0 client that names an authentication method may take"
                                + " to answer all that it is asked, before it is refused",
                min = "1",
                max = "600000")
        int auth_exchange_millis() default 10_000;

        @AttributeDefinition(
                name = "Topic aliases to clients",
                description =
                        "How many topic aliases the broker gives on a connection to topics that it sends again and"
                                + " again; a client's own Topic Alias Maximum may be lower; 0 for none",
                min = "0",
                max = "65535")
        int outbound_topic_alias_maximum() default 16;

        @AttributeDefinition(
                name = "Check payload formats",
                description = "Whether a message whose Payload Format Indicator says UTF-8 is refused if it is not")
        boolean payload_format_validated() default false;

        @AttributeDefinition(
                name = "Response information",
                description =
                        "What an MQTT 5.0 client is told that asks for response information, usually the beginning"
                                + " of the topics for its responses; empty for nothing")
        String response_information() default "";

        @AttributeDefinition(
                name = "Maximum QoS",
                description = "The highest QoS that is offered: a PUBLISH above it ends the connection, a subscription"
                        + " above it is granted this one",
                min = "0",
                max = "2")
        int maximum_qos() default 2;

        @AttributeDefinition(
                name = "Retained messages",
                description =
                        "Whether messages may be retained; if not, a PUBLISH that wants to be ends the connection")
        boolean retain_available() default true;

        @AttributeDefinition(
                name = "Wildcard subscriptions",
                description = "Whether topic filters may have wildcards; if not, one that has ends the connection of an"
                        + " MQTT 5.0 client, and is refused to others")
        boolean wildcard_subscription_available() default true;

        @AttributeDefinition(
                name = "Subscription identifiers",
                description = "Whether subscriptions may have identifiers; if not, one that has ends the connection")
        boolean subscription_identifiers_available() default true;

        @AttributeDefinition(
                name = "Shared subscriptions",
                description =
                        "Whether subscriptions may be shared; if not, one that is ends the connection of an MQTT 5.0"
                                + " client, and is refused to others")
        boolean shared_subscription_available() default true;

        @AttributeDefinition(
                name = "Another server",
                description =
                        "Where clients that connect are sent instead, as host:port, or several with blanks between;"
                                + " those that are connected stay. Empty: they are served here")
        String server_reference() default "";

        @AttributeDefinition(
                name = "Store",
                description = "Which store keeps sessions and retained messages, by its name; empty for the one that"
                        + " there is. Where store-move has moved everything, that store is used until it is moved"
                        + " again, whatever is said here")
        String store() default "";

        @AttributeDefinition(
                name = "Server moved",
                description = "Whether clients are told that they are to use the other server from now on, and not only"
                        + " for a while")
        boolean server_moved() default false;
    }

    private final Engine engine;
    private final Admin admin;
    private final Stores stores;
    private final StoreMoves storeMoves;
    private final Meters meters = new Meters();

    private final AuthChains chains;
    private final ChainNames authorizerNames;
    private final InterceptorRoll interceptors;
    private final EngineHealth health;
    private final BundleContext context;
    private final SynchronousBundleListener stopping = this::stopping;

    /** Starts; serves as soon as its parts are there and a transport says so. */
    @Activate
    public BrokerComponent(BundleContext context, Config config) {
        this.context = context;
        ChainNames authenticatorNames =
                ChainNames.parse(config.authenticators(), config.listener_authenticators(), "listener.authenticators");
        authorizerNames = ChainNames.parse(config.authorizers(), config.listener_authorizers(), "listener.authorizers");
        engine = new Engine(settings(config), offer(config), InstantSource.system());
        Path choice = folder(context).resolve("store-in-use");
        stores = new Stores(
                new StoreChoice(choice, config.store().trim()).complete(),
                engine::useSessionStore,
                engine::useRetainedStore);
        admin = new Admin(engine);
        storeMoves = new StoreMoves(engine, stores, choice);
        chains = new AuthChains(engine, authenticatorNames, authorizerNames, config.auth_gap_millis());
        interceptors = new InterceptorRoll(names(config.interceptors()), engine::useInterceptors);
        health = new EngineHealth(engine, stores, chains, interceptors);
        context.addBundleListener(stopping);
    }

    private static Path folder(BundleContext context) {
        String data = context.getProperty("mortise.data");
        File own = data == null ? context.getDataFile("") : new File(data);
        if (own == null) {
            throw new IllegalStateException("mortise.data names no folder, and the framework has none");
        }
        return own.toPath();
    }

    private static List<String> names(String[] configured) {
        return Stream.of(configured)
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    private static Settings settings(Config config) {
        return new Settings(
                new Settings.PerConnection(
                        config.receive_maximum(),
                        config.topic_alias_maximum(),
                        config.keep_alive_maximum_seconds(),
                        config.auth_deadline_millis(),
                        config.auth_exchange_millis(),
                        config.intercept_deadline_millis(),
                        config.client_id_maximum_bytes(),
                        config.publish_rate_maximum_messages(),
                        config.publish_rate_maximum_bytes()),
                new Settings.PerSession(
                        config.inflight_maximum(),
                        config.queue_maximum_messages(),
                        config.queue_maximum_bytes(),
                        Overflow.of(config.queue_overflow()),
                        config.subscriptions_maximum(),
                        config.session_expiry_maximum_seconds()),
                new Settings.PerTopic(config.topic_levels_maximum(), config.topic_maximum_bytes()),
                new Settings.InAll(
                        config.connections_maximum(),
                        config.connect_rate_maximum(),
                        config.sessions_maximum(),
                        config.queued_maximum_messages(),
                        config.queued_maximum_bytes(),
                        config.retained_maximum_messages(),
                        config.retained_maximum_bytes(),
                        config.memory_maximum_bytes()));
    }

    /** The framework stops, and everything is still there: the one moment at which a client can be told. */
    private void stopping(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            engine.stop();
        }
    }

    private static Offer offer(Config config) {
        Capabilities capabilities = new Capabilities(
                Qos.of(config.maximum_qos()),
                config.retain_available(),
                config.wildcard_subscription_available(),
                config.subscription_identifiers_available(),
                config.shared_subscription_available());
        Referral referral = config.server_reference().isBlank()
                ? null
                : new Referral(config.server_reference(), config.server_moved());
        return new Offer(
                capabilities,
                config.outbound_topic_alias_maximum(),
                config.payload_format_validated(),
                config.response_information(),
                referral);
    }

    @Deactivate
    void close() {
        context.removeBundleListener(stopping);
        chains.close();
        engine.shutDown();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRouter(Router next, Map<String, ?> properties) {
        long messagesBefore = engine.totals().messagesIn();
        engine.useRouter(
                meters.put(Router.class, next, new MeteredRouter(next, meters.of(properties), messagesBefore)));
    }

    void unbindRouter(Router gone) {
        engine.loseRouter(meters.take(Router.class, gone));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindSessionStore(SessionStore next, Map<String, ?> properties) {
        stores.add(
                meters.put(SessionStore.class, next, new MeteredSessionStore(next, meters.of(properties))), properties);
    }

    void unbindSessionStore(SessionStore gone) {
        stores.remove(meters.take(SessionStore.class, gone));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRetainedStore(RetainedStore next, Map<String, ?> properties) {
        stores.add(
                meters.put(RetainedStore.class, next, new MeteredRetainedStore(next, meters.of(properties))),
                properties);
    }

    void unbindRetainedStore(RetainedStore gone) {
        stores.remove(meters.take(RetainedStore.class, gone));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAuthenticator(Authenticator next, Map<String, ?> properties) {
        chains.add(
                meters.put(Authenticator.class, next, MeteredAuth.authenticator(next, meters.of(properties))),
                properties);
    }

    void unbindAuthenticator(Authenticator gone) {
        chains.remove(meters.take(Authenticator.class, gone));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAuthenticationMethod(AuthenticationMethod next, Map<String, ?> properties) {
        engine.useAuthenticationMethod(
                meters.put(AuthenticationMethod.class, next, MeteredAuth.method(next, meters.of(properties))),
                AuthChains.name(properties));
    }

    void unbindAuthenticationMethod(AuthenticationMethod gone) {
        engine.loseAuthenticationMethod(meters.take(AuthenticationMethod.class, gone));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAuthorizer(Authorizer next, Map<String, ?> properties) {
        chains.add(meters.put(Authorizer.class, next, MeteredAuth.authorizer(next, meters.of(properties))), properties);
    }

    void unbindAuthorizer(Authorizer gone) {
        chains.remove(meters.take(Authorizer.class, gone));
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCanary(Canary trial) {
        chains.tryOut(trial);
    }

    void unbindCanary(Canary over) {
        chains.endTrial(over);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindConnectInterceptor(ConnectInterceptor next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        interceptors.add(ConnectInterceptor.class, (who, what) -> meter.ask(() -> next.connect(who, what)), properties);
    }

    void unbindConnectInterceptor(ConnectInterceptor gone, Map<String, ?> properties) {
        interceptors.remove(ConnectInterceptor.class, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindPublishInterceptor(PublishInterceptor next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        interceptors.add(PublishInterceptor.class, (who, what) -> meter.ask(() -> next.publish(who, what)), properties);
    }

    void unbindPublishInterceptor(PublishInterceptor gone, Map<String, ?> properties) {
        interceptors.remove(PublishInterceptor.class, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindSubscribeInterceptor(SubscribeInterceptor next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        interceptors.add(
                SubscribeInterceptor.class, (who, what) -> meter.ask(() -> next.subscribe(who, what)), properties);
    }

    void unbindSubscribeInterceptor(SubscribeInterceptor gone, Map<String, ?> properties) {
        interceptors.remove(SubscribeInterceptor.class, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindUnsubscribeInterceptor(UnsubscribeInterceptor next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        interceptors.add(
                UnsubscribeInterceptor.class, (who, what) -> meter.ask(() -> next.unsubscribe(who, what)), properties);
    }

    void unbindUnsubscribeInterceptor(UnsubscribeInterceptor gone, Map<String, ?> properties) {
        interceptors.remove(UnsubscribeInterceptor.class, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDeliveryInterceptor(DeliveryInterceptor next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        interceptors.add(
                DeliveryInterceptor.class, (who, what) -> meter.ask(() -> next.deliver(who, what)), properties);
    }

    void unbindDeliveryInterceptor(DeliveryInterceptor gone, Map<String, ?> properties) {
        interceptors.remove(DeliveryInterceptor.class, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindClientObserver(ClientObserver next, Map<String, ?> properties) {
        Meter meter = meters.of(properties);
        engine.observers().add(meters.put(ClientObserver.class, next, event -> meter.run(() -> next.happened(event))));
    }

    void unbindClientObserver(ClientObserver gone) {
        engine.observers().remove(meters.take(ClientObserver.class, gone));
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTraffic(Traffic next) {
        engine.useTraffic(next);
    }

    void unbindTraffic(Traffic gone) {
        engine.loseTraffic(gone);
    }

    @Override
    public ConnectionHandler accept(Connection connection) {
        return engine.accept(connection);
    }

    @Override
    public ConnectionHandler resume(Connection connection, HandOver handOver) {
        return engine.resume(connection, handOver);
    }

    @Override
    public void serve() {
        engine.serve();
    }

    @Override
    public void retire() {
        engine.retire();
    }

    @Override
    public List<SessionStatus> sessions() {
        return admin.sessions();
    }

    @Override
    public @Nullable SessionStatus session(String clientId) {
        return admin.session(clientId);
    }

    @Override
    public boolean disconnect(String clientId, ReasonCode reasonCode) {
        return admin.disconnect(clientId, reasonCode);
    }

    @Override
    public int move(@Nullable String clientId, String serverReference, boolean permanent) {
        return admin.move(clientId, serverReference, permanent);
    }

    @Override
    public List<String> authorizers(String listener) {
        return authorizerNames.ofListeners().getOrDefault(listener, authorizerNames.ofAll());
    }

    @Override
    public List<Message> retained(TopicFilter filter) {
        return admin.retained(filter);
    }

    @Override
    public void changeStores(Consumer<Set<String>> change) {
        admin.changeStores(change);
    }

    @Override
    public String moveStore(String from, String to, boolean replace, Consumer<String> progress) {
        return storeMoves.move(from, to, replace, progress);
    }

    @Override
    public Map<String, Long> statistics() {
        return admin.statistics();
    }

    @Override
    public Map<Long, Ledger.Entry> entries() {
        Map<Long, Ledger.Entry> entries = meters.entries(bundle -> context.getBundle(bundle) != null);
        MeteredRouter router = engine.meteredRouter();
        if (router != null) {
            long routed = engine.totals().messagesIn() - router.messagesBefore();
            entries.merge(router.meter().bundle(), new Ledger.Entry(routed, 0, 0, 0, null), Ledger.Entry::plus);
        }
        Meter store = engine.storeMeter();
        if (store != null) {
            entries.merge(store.bundle(), waiting(engine.unacknowledged()), Ledger.Entry::plus);
        }
        entries.merge(context.getBundle().getBundleId(), waiting(engine.inMailboxes()), Ledger.Entry::plus);
        return entries;
    }

    private static Ledger.Entry waiting(long count) {
        return new Ledger.Entry(0, 0, 0, count, null);
    }

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public Status status() {
        return health.status();
    }
}
