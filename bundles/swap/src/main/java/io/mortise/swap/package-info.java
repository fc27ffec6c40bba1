// SPDX-License-Identifier: Apache-2.0
/** One version of a part takes the place of another while clients are connected, and back if it is no good. */
@NullMarked
package io.mortise.swap;

import org.jspecify.annotations.NullMarked;
