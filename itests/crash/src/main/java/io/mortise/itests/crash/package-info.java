// SPDX-License-Identifier: Apache-2.0
/** A program that makes a broker crash, again and again, and sees whether it keeps what it has acknowledged. */
@NullMarked
package io.mortise.itests.crash;

import org.jspecify.annotations.NullMarked;
