// SPDX-License-Identifier: Apache-2.0
/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as an authentication method of MQTT 5.0 (4.12): client and broker prove to each other that
 * they know the password, and neither sends it. What the broker keeps of a password is enough to recognize it, and not enough
 * to pretend to be the client.
 */
@NullMarked
package io.mortise.auth.scram;

import org.jspecify.annotations.NullMarked;
