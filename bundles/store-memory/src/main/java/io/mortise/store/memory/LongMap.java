// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from numbers to values that does not box the numbers and gives memory back when it empties.
 *
 * <p>Used by one thread at a time.
 *
 * <p>A hash table with chains: every operation touches a chain that is one entry long on the average, however many there
 * are. Positions and packet identifiers mostly rise one by one; the multiplication spreads them, and any other pattern,
 * over the table.
 */
final class LongMap<V> {
    private static final int SMALLEST = 4;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private @Nullable Entry<V>[] table = newTable(SMALLEST);
    private int size;

    int size() {
        return size;
    }

    @Nullable
    V get(long key) {
        Entry<V> entry = table[indexOf(key)];
        while (entry != null && entry.key != key) {
            entry = entry.next;
        }
        return entry == null ? null : entry.value;
    }

    void put(long key, V value) {
        int index = indexOf(key);
        for (Entry<V> entry = table[index]; entry != null; entry = entry.next) {
            if (entry.key == key) {
                entry.value = value;
                return;
            }
        }
        table[index] = new Entry<>(key, value, table[index]);
        size++;
        if (size > table.length) {
            resize(table.length * 2);
        }
    }

    void remove(long key) {
        int index = indexOf(key);
        Entry<V> previous = null;
        Entry<V> entry = table[index];
        while (entry != null && entry.key != key) {
            previous = entry;
            entry = entry.next;
        }
        if (entry == null) {
            return;
        }
        if (previous == null) {
            table[index] = entry.next;
        } else {
            previous.next = entry.next;
        }
        size--;
        // A quarter, not a half: a size that goes up and down by one never resizes twice in a row.
        if (table.length > SMALLEST && size < table.length / 4) {
            resize(table.length / 2);
        }
    }

    /** Calls {@code action} with each value and its number, in no order. */
    void forEach(ObjLongConsumer<V> action) {
        for (Entry<V> chain : table) {
            for (Entry<V> entry = chain; entry != null; entry = entry.next) {
                action.accept(entry.value, entry.key);
            }
        }
    }

    private void resize(int length) {
        @Nullable Entry<V>[] old = table;
        table = newTable(length);
        for (Entry<V> chain : old) {
            Entry<V> entry = chain;
            while (entry != null) {
                Entry<V> next = entry.next;
                int index = indexOf(entry.key);
                entry.next = table[index];
                table[index] = entry;
                entry = next;
            }
        }
    }

    private int indexOf(long key) {
        // the highest bits of the product are the best ones; the length is a power of two
        return (int) ((key * GOLDEN_RATIO) >>> (Long.numberOfLeadingZeros(table.length) + 1));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make a generic array
    private static <V> @Nullable Entry<V>[] newTable(int length) {
        return new Entry[length];
    }

    private static final class Entry<V> {
        final long key;
        V value;

        @Nullable
        Entry<V> next;

        Entry(long key, V value, @Nullable Entry<V> next) {
            this.key = key;
            this.value = value;
            this.next = next;
        }
    }
}
