// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.engine.Memory.Holding;

/**
 * What one owner keeps of one kind, as a part of the {@link Memory}.
 *
 * <p>Used by one thread at a time, its owner's. It adds up here, and is settled with the memory in pieces and whenever its
 * owner has done what it was doing: a message that comes and goes within a drain costs two additions.
 */
final class Account {
    private static final int PIECE = 16_384;

    private final Memory memory;
    private final Holding holding;
    private long bytes;
    private long items;
    private long settledBytes;
    private long settledItems;
    private boolean closed;

    Account(Memory memory, Holding holding) {
        this.memory = memory;
        this.holding = holding;
    }

    long bytes() {
        return bytes;
    }

    /** One item more. */
    void add(long size) {
        bytes += size;
        items++;
        if (bytes - settledBytes >= PIECE) {
            settle();
        }
    }

    /** One item fewer. */
    void remove(long size) {
        bytes -= size;
        items--;
        if (settledBytes - bytes >= PIECE) {
            settle();
        }
    }

    /** An item has become larger, or smaller if negative. */
    void resize(long more) {
        bytes += more;
    }

    /** Tells the memory. */
    void settle() {
        long moreBytes = bytes - settledBytes;
        long moreItems = items - settledItems;
        if (closed || moreBytes == 0 && moreItems == 0) {
            return;
        }
        settledBytes = bytes;
        settledItems = items;
        memory.add(holding, moreBytes, moreItems);
        memory.judge();
    }

    /** Nothing is kept any more, whatever is said later. */
    void close() {
        bytes = 0;
        items = 0;
        settle();
        closed = true;
    }
}
