// SPDX-License-Identifier: Apache-2.0
/** Ports that speak MQTT over TCP: one for each configuration. */
@NullMarked
package io.mortise.listener.tcp;

import org.jspecify.annotations.NullMarked;
