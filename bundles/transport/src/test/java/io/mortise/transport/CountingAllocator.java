// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Knows which buffers are held, and how often one was made larger. Used by one thread. */
final class CountingAllocator extends AbstractByteBufAllocator {
    private final List<ByteBuf> all = new ArrayList<>();
    private int copies;

    CountingAllocator() {
        super(true);
    }

    int held() {
        all.removeIf(buffer -> buffer.refCnt() == 0);
        return all.size();
    }

    int heldBytes() {
        held();
        return all.stream().mapToInt(ByteBuf::capacity).sum();
    }

    int copies() {
        return copies;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
        all.add(buffer);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            public ByteBuf capacity(int newCapacity) {
                copies++;
                return super.capacity(newCapacity);
            }
        };
        all.add(buffer);
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
