// SPDX-License-Identifier: Apache-2.0
/** Ports that speak MQTT over TCP: one for each configuration. */
// Two versions side by side would want the same port.
@Header(name = "Mortise-Swap", value = "stop-first")
@NullMarked
package io.mortise.listener.tcp;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Header;
