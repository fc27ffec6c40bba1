// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

/**
 * What waits for a client in a store and nowhere else: messages that were queued and not sent.
 *
 * @param messages how many
 * @param bytes the sizes of their payloads and topic names
 * @param firstPosition the lowest position of one; 0 if there is none
 * @param lastPosition the highest position of one; 0 if there is none
 */
public record Backlog(long messages, long bytes, long firstPosition, long lastPosition) {

    /** Nothing waits. */
    public static final Backlog NONE = new Backlog(0, 0, 0, 0);
}
