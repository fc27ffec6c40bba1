// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.Door;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.conformance.wire.Clients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Runs a test class once for each door, gives each test its clients, and notes how it ended. */
final class EveryDoor implements ClassTemplateInvocationContextProvider {

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        Conformance wanted = context.getRequiredTestClass().getAnnotation(Conformance.class);
        RunningBroker broker = wanted.settings().length == 0 && !wanted.vendor()
                ? Run.of(context).broker()
                : context.getStore(Namespace.create(EveryDoor.class))
                        .getOrComputeIfAbsent(RunningBroker.class, key -> start(wanted), RunningBroker.class);
        return Run.doors(broker).stream().filter(wanted.through()::isInstance).map(Through::new);
    }

    /** One at a time: it is what makes a machine work. */
    private static synchronized RunningBroker start(Conformance wanted) {
        List<String> options = new ArrayList<>(Run.secureListeners());
        for (String setting : wanted.settings()) {
            options.addAll(List.of("--set", setting));
        }
        try {
            RunningBroker broker = new RunningBroker(options.toArray(String[]::new));
            try {
                if (wanted.vendor()) {
                    VendorBundle.installIn(broker);
                }
                return broker;
            } catch (IOException | InterruptedException | RuntimeException | Error failure) {
                broker.close(); // nobody else can
                throw failure;
            }
        } catch (IOException failure) {
            throw new IllegalStateException("the broker does not start", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private record Through(Door door) implements ClassTemplateInvocationContext, ParameterResolver, TestWatcher {

        @Override
        public String getDisplayName(int invocationIndex) {
            return door.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
            return ExtensionContextScope.TEST_METHOD;
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Clients.class;
        }

        @Override
        public Clients resolveParameter(ParameterContext parameter, ExtensionContext context) {
            Clients clients = new Clients(door, Run.of(context).nextName());
            context.getStore(Namespace.create(this)).put(Clients.class, clients);
            return clients;
        }

        @Override
        public void testSuccessful(ExtensionContext context) {
            Run.of(context).ended(context.getRequiredTestMethod(), true);
        }

        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            Run.of(context).ended(context.getRequiredTestMethod(), false);
        }

        @Override
        public void testAborted(ExtensionContext context, Throwable cause) {
            Run.of(context).ended(context.getRequiredTestMethod(), false);
        }

        @Override
        public void testDisabled(ExtensionContext context, Optional<String> reason) {
            Run.of(context).ended(context.getRequiredTestMethod(), false);
        }
    }
}
