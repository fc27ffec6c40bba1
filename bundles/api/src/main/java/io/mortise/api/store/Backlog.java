// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

/**
 * What waits for a client in a store and nowhere else: messages that were queued and not sent.
 *
 * @param messages how many
 * @param bytes the sizes of their payloads and topic names
 * @param firstPosition the lowest position of one; 0 if there is none
 * @param lastPosition the highest position of one; 0 if there is none
 * @param shared how many of them came by a shared subscription: another of its members gets them if the session ends (MQTT 5.0,
 *     4.8.2)
 */
public record Backlog(long messages, long bytes, long firstPosition, long lastPosition, long shared) {

    /** Nothing waits. */
    public static final Backlog NONE = new Backlog(0, 0, 0, 0, 0);
}
