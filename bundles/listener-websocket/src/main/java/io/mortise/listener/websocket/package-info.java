// SPDX-License-Identifier: Apache-2.0
/** Ports that speak MQTT over WebSocket: one for each configuration. */
@NullMarked
package io.mortise.listener.websocket;

import org.jspecify.annotations.NullMarked;
