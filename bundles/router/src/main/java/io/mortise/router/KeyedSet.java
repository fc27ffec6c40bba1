// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Elements by key: an array while they are few, a hash table when they are many.
 *
 * <p>Read by any thread without locks; changed by one thread at a time, which publishes what {@link #with} and {@link
 * #without} return in a volatile field. Most levels of a topic tree have one child and most filters one subscriber, so
 * that little has to be small; a million of them must not be copied for one more, so that many are not copied. Who
 * iterates while the set is changed meets each element that stays, once.
 */
sealed interface KeyedSet<K, E extends Keyed<K>> extends Iterable<E> {

    /** A set without elements. */
    @SuppressWarnings("unchecked") // holds nothing that could be of the wrong type
    static <K, E extends Keyed<K>> KeyedSet<K, E> empty() {
        return (KeyedSet<K, E>) Few.EMPTY;
    }

    /** The element with this key; {@code null} if there is none. */
    @Nullable
    E get(K key);

    /** The set with this element in it, instead of the one that had its key; may be this object. */
    KeyedSet<K, E> with(E element);

    /** The set without the element that has this key; may be this object. */
    KeyedSet<K, E> without(K key);

    /** The set without these elements; may be this object. */
    default KeyedSet<K, E> without(Predicate<E> leaving) {
        KeyedSet<K, E> staying = this;
        for (E element : this) {
            if (leaving.test(element)) {
                staying = staying.without(element.key());
            }
        }
        return staying;
    }

    /** How many elements there are. */
    int size();

    /** Whether there are none. */
    default boolean isEmpty() {
        return size() == 0;
    }

    /** Does not change: each change makes another. */
    final class Few<K, E extends Keyed<K>> implements KeyedSet<K, E> {
        private static final int MOST = 16;
        private static final KeyedSet<?, ?> EMPTY = new Few<Object, Keyed<Object>>(new Keyed<?>[0]);

        private final Keyed<?>[] elements;

        private Few(Keyed<?>[] elements) {
            this.elements = elements;
        }

        @Override
        public @Nullable E get(K key) {
            int index = indexOf(key);
            return index < 0 ? null : element(index);
        }

        @Override
        public KeyedSet<K, E> with(E element) {
            int index = indexOf(element.key());
            if (index < 0 && elements.length == MOST) {
                return new Many<>(this).with(element);
            }
            Keyed<?>[] changed = Arrays.copyOf(elements, index < 0 ? elements.length + 1 : elements.length);
            changed[index < 0 ? elements.length : index] = element;
            return new Few<>(changed);
        }

        @Override
        public KeyedSet<K, E> without(K key) {
            int index = indexOf(key);
            if (index < 0) {
                return this;
            }
            if (elements.length == 1) {
                return KeyedSet.empty();
            }
            Keyed<?>[] changed = Arrays.copyOf(elements, elements.length - 1);
            System.arraycopy(elements, index + 1, changed, index, changed.length - index);
            return new Few<>(changed);
        }

        @Override
        public KeyedSet<K, E> without(Predicate<E> leaving) {
            int staying = 0;
            Keyed<?>[] changed = new Keyed<?>[elements.length];
            for (int i = 0; i < elements.length; i++) {
                if (!leaving.test(element(i))) {
                    changed[staying++] = elements[i];
                }
            }
            if (staying == 0) {
                return KeyedSet.empty();
            }
            return staying == elements.length ? this : new Few<>(Arrays.copyOf(changed, staying));
        }

        @Override
        public void forEach(Consumer<? super E> action) {
            for (int i = 0; i < elements.length; i++) {
                action.accept(element(i));
            }
        }

        @Override
        public int size() {
            return elements.length;
        }

        @Override
        public Iterator<E> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < elements.length;
                }

                @Override
                public E next() {
                    return element(next++);
                }
            };
        }

        private int indexOf(K key) {
            for (int i = 0; i < elements.length; i++) {
                if (elements[i].key().equals(key)) {
                    return i;
                }
            }
            return -1;
        }

        @SuppressWarnings("unchecked") // with() lets nothing else in
        private E element(int index) {
            return (E) elements[index];
        }
    }

    /** Changes in place. Its table keeps its cost per look-up even for keys that were chosen to collide. */
    final class Many<K, E extends Keyed<K>> implements KeyedSet<K, E> {
        private static final int FEWEST = Few.MOST / 2; // well below: a set around the limit does not go to and fro

        private final ConcurrentHashMap<K, E> elements = new ConcurrentHashMap<>();
        private int most; // touched by the writer only

        private Many(KeyedSet<K, E> set) {
            for (E element : set) {
                elements.put(element.key(), element);
            }
            most = elements.size();
        }

        @Override
        public @Nullable E get(K key) {
            return elements.get(key);
        }

        @Override
        public KeyedSet<K, E> with(E element) {
            elements.put(element.key(), element);
            most = Math.max(most, elements.size());
            return this;
        }

        @Override
        public KeyedSet<K, E> without(K key) {
            elements.remove(key);
            int size = elements.size();
            if (size <= FEWEST) {
                return new Few<>(elements.values().toArray(new Keyed<?>[0]));
            }
            // the table does not shrink by itself: what a crowd has left behind is given back
            return size < most / 8 ? new Many<>(this) : this;
        }

        @Override
        public int size() {
            return elements.size();
        }

        @Override
        public Iterator<E> iterator() {
            return elements.values().iterator();
        }
    }
}
