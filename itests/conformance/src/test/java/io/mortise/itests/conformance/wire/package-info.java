// SPDX-License-Identifier: Apache-2.0
/** What a test says and hears: bytes as a person writes them, on a connection through one of the doors. */
@NullMarked
package io.mortise.itests.conformance.wire;

import org.jspecify.annotations.NullMarked;
