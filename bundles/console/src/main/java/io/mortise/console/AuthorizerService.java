// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An authorizer that there is. Immutable; any thread that may wait.
 *
 * @param name by which configurations know it; empty if by none
 * @param bundle the identifier of its bundle
 * @param id of its service: who came first has the lower one
 */
record AuthorizerService(Authorizer authorizer, String name, int ranking, long bundle, long id) {
    private static final long PATIENCE_SECONDS = 5;

    static AuthorizerService of(Authorizer authorizer, Map<String, ?> properties) {
        return new AuthorizerService(
                authorizer,
                properties.get(Authorizer.NAME) instanceof String given ? given : "",
                properties.get("service.ranking") instanceof Integer given ? given : 0,
                properties.get("service.bundleid") instanceof Long given ? given : -1,
                properties.get("service.id") instanceof Long given ? given : -1);
    }

    /**
     * What an authorizer says about something that a client wants.
     *
     * @param says {@code allows}, {@code denies}, {@code nothing}, or in which way it fails
     * @param rule by which; empty if it does not say
     */
    record Answer(String says, String rule) {
        static final Answer MISSING = new Answer("is missing", "");

        boolean allows() {
            return says.equals("allows");
        }

        /** Whether nothing is allowed then, whatever others say. */
        boolean closes() {
            return !allows() && !says.equals("nothing");
        }

        private static Answer failed(Throwable failure) {
            return new Answer("fails", Readable.escaped(String.valueOf(failure)));
        }
    }

    /** What a client may do, as long as somebody wants to know. */
    static final class Grant implements AutoCloseable {
        private final @Nullable Permissions permissions;
        private final Answer otherwise;
        private final @Nullable Authorization bond;

        private Grant(@Nullable Permissions permissions, Answer otherwise, @Nullable Authorization bond) {
            this.permissions = permissions;
            this.otherwise = otherwise;
            this.bond = bond;
        }

        /** Of an authorizer that is not there. */
        static Grant missing() {
            return new Grant(null, Answer.MISSING, null);
        }

        Answer about(Want want) {
            Permissions granted = permissions;
            if (granted == null) {
                return otherwise;
            }
            try {
                String says = want.isDenied(granted) ? "denies" : want.isAllowed(granted) ? "allows" : "nothing";
                return new Answer(says, granted.rule(want.access(), want.filter()));
            } catch (RuntimeException | LinkageError failure) {
                return Answer.failed(failure);
            }
        }

        @Override
        public void close() {
            if (bond != null) {
                bond.close();
            }
        }
    }

    /** Asks what a client may do; waits for the answer, if that does not take too long. */
    Grant ask(Identity client) {
        BlockingQueue<Permissions> grants = new LinkedBlockingQueue<>();
        try {
            Authorization bond = authorizer.authorize(client, grants::add);
            return new Grant(grants.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), new Answer("does not answer", ""), bond);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Grant(null, new Answer("does not answer", ""), null);
        } catch (RuntimeException | LinkageError failure) {
            return new Grant(null, Answer.failed(failure), null);
        }
    }
}
