// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

/** An element of a {@link KeyedSet}: knows the key under which it is found. Any thread. */
interface Keyed<K> {
    /** The key; always the same. */
    K key();
}
