// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Permissions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes parts that work, and fail at one method, whenever a call is about what is called {@link #NAME}: a client, a topic, a
 * filter. A method that is about nobody in particular fails once.
 */
final class Poison {
    static final String NAME = "poison";

    private final String hook;
    private final Supplier<? extends Throwable> fault;
    private final AtomicInteger struck = new AtomicInteger();
    private volatile boolean armed;

    /**
     * Not armed yet.
     *
     * @param hook the interface and the method, as in {@code Router.route}
     */
    Poison(String hook, Supplier<? extends Throwable> fault) {
        this.hook = hook;
        this.fault = fault;
    }

    void arm(boolean now) {
        armed = now;
    }

    /** How often it has struck. */
    int struck() {
        return struck.get();
    }

    /** The part, with poison in it. */
    <T> T in(Class<T> type, T part) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return call(method, part, arguments);
            }
            boolean concerned = arguments == null || Arrays.toString(arguments).contains(NAME);
            if (concerned) {
                strike(type.getSimpleName() + "." + method.getName(), arguments == null);
            }
            if (concerned && type == Authorizer.class) {
                Object[] wrapped = arguments.clone();
                wrapped[1] = poisoned(arguments[1]);
                Authorization given = (Authorization) call(method, part, wrapped);
                return (Authorization) () -> {
                    strikeUnchecked("Authorization.close");
                    given.close();
                };
            }
            return call(method, part, arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @SuppressWarnings("unchecked") // the second argument of authorize()
    private Consumer<Permissions> poisoned(Object grant) {
        return permissions -> ((Consumer<Permissions>) grant).accept(in(Permissions.class, permissions));
    }

    private void strikeUnchecked(String called) {
        try {
            strike(called, false);
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void strike(String called, boolean once) throws Throwable {
        if (armed && called.equals(hook)) {
            armed = !once;
            struck.incrementAndGet();
            throw fault.get();
        }
    }

    private static @Nullable Object call(Method method, Object part, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(part, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }
}
