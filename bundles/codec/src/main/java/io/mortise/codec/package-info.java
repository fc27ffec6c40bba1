// SPDX-License-Identifier: Apache-2.0
/** Bytes to packets and packets to bytes, on netty-codec-mqtt, as strict as the specification. */
@NullMarked
package io.mortise.codec;

import org.jspecify.annotations.NullMarked;
