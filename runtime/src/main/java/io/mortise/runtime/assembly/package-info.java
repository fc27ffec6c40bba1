// SPDX-License-Identifier: Apache-2.0
/** Turns Feature JSON into plans; runs while building and in {@code mortise assemble}, never while a broker starts. */
@NullMarked
package io.mortise.runtime.assembly;

import org.jspecify.annotations.NullMarked;
