// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.connection.BrokerAdmin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
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
 * The command {@code store-move}: moves everything that the broker keeps to another store, while it serves. Any thread; Gogo calls on
 * the thread of a shell, which waits, and is told how far it is.
 */
@Component(
        service = Function.class,
        property = {"osgi.command.scope=mortise", "osgi.command.function=store-move"})
public final class StoreMove implements Function {
    static final String USAGE =
            "usage: store-move [--replace] FROM TO, the names of two stores: moves everything from the one"
                    + " that is in use to the other, which has to be empty, or is emptied first with --replace";
    private static final String REPLACE = "--replace";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable BrokerAdmin broker;

    @Activate
    public StoreMove() {}

    StoreMove(BrokerAdmin broker) {
        this.broker = broker;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws Exception {
        List<String> words =
                new ArrayList<>(arguments.stream().map(String::valueOf).toList());
        boolean replace = words.remove(REPLACE);
        if (words.size() != 2 || words.stream().anyMatch(word -> word.startsWith("-"))) {
            throw new IllegalArgumentException(USAGE);
        }
        BrokerAdmin running = broker;
        if (running == null) {
            throw new IllegalStateException("store-move: the broker's engine is away: expected it to run");
        }
        Consumer<String> say = session.getConsole()::println;
        return inItsOwnThread(() -> running.moveStore(words.get(0), words.get(1), replace, say));
    }

    /** What is logged meanwhile is for the log, not for this shell; and a shell that ends does not end it. */
    private static String inItsOwnThread(Callable<String> move) throws Exception {
        FutureTask<String> task = new FutureTask<>(move);
        Thread thread = new Thread(null, task, "mortise-console store-move", 0, false);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof Exception said ? said : failure;
        }
    }
}
