// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

/**
 * What the specification leaves to a server, as configured; see {@link MqttCodec.Config} for what each means. Any thread.
 */
record Policy(int userPropertiesMaximum, int userPropertiesMaximumBytes, boolean shortestIntegers) {}
