// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** Takes bytes that it may read during the call only, and never change. */
@FunctionalInterface
public interface ByteSink {
    /**
     * Takes {@code length} bytes of {@code bytes} from {@code offset} on.
     *
     * <p>The array belongs to an immutable value: whoever changes it breaks every holder of that value.
     */
    void accept(byte[] bytes, int offset, int length);
}
