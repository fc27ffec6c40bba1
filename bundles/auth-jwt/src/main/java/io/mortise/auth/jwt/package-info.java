// SPDX-License-Identifier: Apache-2.0
/**
 * Who a client is and what it may do, by the access token (RFC 7519, RFC 9068) that it brings as its password or by an
 * authentication method of MQTT 5.0. Nobody is asked about a token: the keys of who issues them are at hand.
 */
@NullMarked
package io.mortise.auth.jwt;

import org.jspecify.annotations.NullMarked;
