// SPDX-License-Identifier: Apache-2.0
/** What every store does, whatever it keeps things in: extend the contracts in your own tests. */
@NullMarked
package io.mortise.store.tck;

import org.jspecify.annotations.NullMarked;
