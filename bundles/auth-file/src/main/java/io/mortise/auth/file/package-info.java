// SPDX-License-Identifier: Apache-2.0
/**
 * Who may connect and what they may do, from two files: Mosquitto's password file and its access control list.
 *
 * <p>Neither file ever opens the door by being wrong: what cannot be read entirely is not read at all.
 */
@NullMarked
package io.mortise.auth.file;

import org.jspecify.annotations.NullMarked;
