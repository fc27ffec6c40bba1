// SPDX-License-Identifier: Apache-2.0
/** What single steps on the road of a message cost. */
@NullMarked
package io.mortise.itests.bench;

import org.jspecify.annotations.NullMarked;
