// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an operator asks of the running broker.
 *
 * <p>Any thread but a home thread: a call may wait for the sessions that it asks, bounded by a few seconds.
 */
@ProviderType
public interface BrokerAdmin {

    /** All sessions, with a connection or without, ordered by client identifier. */
    List<SessionStatus> sessions();

    /** The session of this client; {@code null} if there is none. */
    @Nullable
    SessionStatus session(String clientId);

    /**
     * Ends a client's connection. Its session stays as long as its expiry interval says.
     *
     * @return {@code false} if no such client is connected
     */
    boolean disconnect(String clientId, ReasonCode reasonCode);

    /**
     * Sends clients to another server: an MQTT 5.0 client is told which one as its connection ends (4.11), an older one is
     * disconnected without a word. Their sessions stay as long as their expiry intervals say.
     *
     * @param clientId whom; {@code null} for all that are connected
     * @param serverReference where to, as clients understand it: {@code host:port}, or several of them with blanks between
     * @param permanent whether they are to stay there (0x9D, Server moved), or to come back one day (0x9C, Use another
     *     server)
     * @return how many were connected
     * @throws IllegalArgumentException if the server reference is blank
     */
    int move(@Nullable String clientId, String serverReference, boolean permanent);

    /**
     * The names of the authorizers that are asked about the clients of a listener, in order. One that is empty stands for the
     * provider that there is. Any thread: nobody is waited for.
     */
    default List<String> authorizers(String listener) {
        return List.of();
    }

    /** The retained messages whose topics match, ordered by topic. */
    List<Message> retained(TopicFilter filter);

    /**
     * Changes what the stores have beneath the running broker. Everything is held meanwhile, as while a part is away: nothing is
     * read, and nobody's session begins. Then the broker takes up the sessions and retained messages that are new in the
     * stores; those that it has already stay as they are. Waits for as long as the change takes.
     *
     * @param change is told the client identifiers of all sessions that the broker has; what it throws is thrown here, when the
     *     broker serves again
     * @throws IllegalStateException if a part is away
     */
    void changeStores(Consumer<Set<String>> change);

    /**
     * Moves all sessions, with what waits for them, and all retained messages from the store in use to another one, while the broker
     * serves, compares what both have, and takes the other one into use; then it empties the one that was left. Everything is held for
     * as long as it takes to move what has changed since the comparison. When the process ends meanwhile, the broker that starts next uses
     * the store that is complete. Waits for all of that.
     *
     * @param from the {@linkplain io.mortise.api.store.SessionStore#NAME name} of the store in use
     * @param to the name of another one
     * @param replace whether the other one is emptied first; if not, it has to be empty
     * @param progress is told how far it is, in words
     * @return what was moved, in words
     * @throws IllegalArgumentException if there are no such stores, or the other one is not empty
     * @throws IllegalStateException if it did not succeed: the store that was in use still is, and has everything
     */
    String moveStore(String from, String to, boolean replace, Consumer<String> progress);

    /** Counters and gauges by name, in the order in which a person would read them. Any thread: nobody is waited for. */
    Map<String, Long> statistics();
}
