// SPDX-License-Identifier: Apache-2.0
/** Keeps sessions and retained messages in a file, safe before anything is acknowledged. */
@NullMarked
package io.mortise.store.sqlite;

import org.jspecify.annotations.NullMarked;
