// SPDX-License-Identifier: Apache-2.0
/** Event loops, sockets and packet framing; keeps connections alive while everything else is swapped. */
@NullMarked
package io.mortise.transport;

import org.jspecify.annotations.NullMarked;
