// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.intercept.ConnectInterceptor;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.Interceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.intercept.SubscribeInterceptor;
import io.mortise.api.intercept.UnsubscribeInterceptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interceptors that come and go, and which of them are in force, in which order.
 *
 * <p>A registration may be of several kinds; it counts while all of them are here, so that nothing passes while only half of it is. As
 * long as one is missing that the configuration names, there is nothing in force and everything is held.
 *
 * <p>Any thread that is nobody's home: the engine waits for those.
 */
final class InterceptorRoll {
    private static final Logger LOG = LoggerFactory.getLogger(InterceptorRoll.class);
    private static final Set<Class<? extends Interceptor>> KINDS = Set.of(
            ConnectInterceptor.class,
            PublishInterceptor.class,
            SubscribeInterceptor.class,
            UnsubscribeInterceptor.class,
            DeliveryInterceptor.class);
    private static final Set<String> KIND_NAMES =
            KINDS.stream().map(Class::getName).collect(Collectors.toSet());
    private static final Comparator<Registration> FIRST_ASKED_FIRST = Comparator.comparingInt(
                    (Registration registration) -> -registration.ranking)
            .thenComparingLong(registration -> registration.id);

    private final List<String> names;
    private final Consumer<@Nullable Interceptors> use;

    /** By service identifier. Guarded by this. */
    private final Map<Long, Registration> registrations = new HashMap<>();

    /** Those in force; {@code null} if nothing is. Guarded by this. */
    private @Nullable List<Registration> inForce;

    private boolean waiting;

    /**
     * Nobody is here yet.
     *
     * @param names of those without which nothing is done, in the order in which they are asked
     * @param use takes each new state; {@code null} to hold everything
     */
    InterceptorRoll(List<String> names, Consumer<@Nullable Interceptors> use) {
        this.names = List.copyOf(names);
        this.use = use;
        changed();
    }

    private static final class Registration {
        private final long id;
        private final int ranking;
        private final String name;
        private final Set<String> kinds;
        private final Map<Class<?>, Interceptor> interceptors = new HashMap<>();

        Registration(long id, Map<String, ?> properties) {
            this.id = id;
            this.ranking = ServiceProperties.ranking(properties);
            this.name = properties.get(Interceptor.NAME) instanceof String text ? text : "";
            this.kinds = properties.get("objectClass") instanceof String[] types
                    ? Stream.of(types).filter(KIND_NAMES::contains).collect(Collectors.toSet())
                    : Set.of();
        }

        boolean isWhole() {
            return interceptors.keySet().stream()
                    .map(Class::getName)
                    .collect(Collectors.toSet())
                    .containsAll(kinds);
        }
    }

    /** One has come. */
    synchronized <I extends Interceptor> void add(Class<I> kind, I interceptor, Map<String, ?> properties) {
        long id = ServiceProperties.id(properties);
        registrations
                .computeIfAbsent(id, first -> new Registration(id, properties))
                .interceptors
                .put(kind, interceptor);
        changed();
    }

    /** One is about to leave; when this returns, nobody asks it any more. */
    synchronized void remove(Class<? extends Interceptor> kind, Map<String, ?> properties) {
        Registration registration = registrations.get(ServiceProperties.id(properties));
        if (registration != null) {
            registration.interceptors.remove(kind);
            if (registration.interceptors.isEmpty()) {
                registrations.remove(registration.id);
            }
            changed();
        }
    }

    /** The names of those that the configuration asks for and that are not here. */
    synchronized List<String> missing() {
        return names.stream().filter(name -> find(name) == null).toList();
    }

    private void changed() {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            if (!waiting) {
                LOG.warn(
                        "Waiting for the interceptor {}: everything is held until it comes",
                        String.join(", ", missing));
                waiting = true;
                inForce = null;
                use.accept(null);
            }
            return;
        }
        waiting = false;
        List<Registration> next = inOrder();
        if (!next.equals(inForce)) {
            inForce = next;
            use.accept(interceptors(next));
        }
    }

    private List<Registration> inOrder() {
        List<Registration> order = new ArrayList<>();
        names.forEach(name -> {
            Registration named = find(name);
            if (named != null) {
                order.add(named);
            }
        });
        Map<String, Registration> others = new LinkedHashMap<>();
        registrations.values().stream()
                .filter(registration -> registration.isWhole() && !names.contains(registration.name))
                .sorted(FIRST_ASKED_FIRST)
                .forEach(registration -> others.putIfAbsent(
                        registration.name.isEmpty() ? "\0" + registration.id : registration.name, registration));
        order.addAll(others.values());
        return order;
    }

    private @Nullable Registration find(String name) {
        return registrations.values().stream()
                .filter(registration -> registration.isWhole() && registration.name.equals(name))
                .min(FIRST_ASKED_FIRST)
                .orElse(null);
    }

    private static Interceptors interceptors(List<Registration> order) {
        return order.isEmpty()
                ? Interceptors.NONE
                : new Interceptors(
                        chain(order, ConnectInterceptor.class, interceptor -> interceptor::connect),
                        chain(order, PublishInterceptor.class, interceptor -> interceptor::publish),
                        chain(order, SubscribeInterceptor.class, interceptor -> interceptor::subscribe),
                        chain(order, UnsubscribeInterceptor.class, interceptor -> interceptor::unsubscribe),
                        chain(order, DeliveryInterceptor.class, interceptor -> interceptor::deliver));
    }

    private static <I extends Interceptor, C, T> @Nullable InterceptorChain<C, T> chain(
            List<Registration> order, Class<I> kind, Function<I, InterceptorChain.Link<C, T>> link) {
        List<InterceptorChain.Link<C, T>> links = new ArrayList<>();
        for (Registration registration : order) {
            Interceptor interceptor = registration.interceptors.get(kind);
            if (interceptor != null) {
                links.add(link.apply(kind.cast(interceptor)));
            }
        }
        return links.isEmpty() ? null : new InterceptorChain<>(links);
    }
}
