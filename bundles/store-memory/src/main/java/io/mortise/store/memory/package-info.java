// SPDX-License-Identifier: Apache-2.0
/** Keeps sessions and retained messages in memory: they outlive connections and the engine, not the process. */
@NullMarked
package io.mortise.store.memory;

import org.jspecify.annotations.NullMarked;
