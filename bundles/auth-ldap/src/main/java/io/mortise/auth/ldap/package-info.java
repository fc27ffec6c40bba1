// SPDX-License-Identifier: Apache-2.0
/**
 * Who a client is and what it may do, by a directory (LDAP, RFC 4511): its password is checked by a bind in its name, its rights
 * are those of its groups. A directory that does not answer lets nobody in.
 */
@NullMarked
package io.mortise.auth.ldap;

import org.jspecify.annotations.NullMarked;
