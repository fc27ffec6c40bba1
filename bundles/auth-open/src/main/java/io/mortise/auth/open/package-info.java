// SPDX-License-Identifier: Apache-2.0
/** Lets everybody in who comes by a loopback address, and others if that is asked for in words. */
@NullMarked
package io.mortise.auth.open;

import org.jspecify.annotations.NullMarked;
