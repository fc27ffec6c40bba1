// SPDX-License-Identifier: Apache-2.0
/** A load program that drives any MQTT 3.1.1 broker on the loopback interface and measures what a message costs it. */
@NullMarked
package io.mortise.itests.load;

import org.jspecify.annotations.NullMarked;
