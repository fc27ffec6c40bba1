// SPDX-License-Identifier: Apache-2.0
/**
 * Who a client is and what it may do, by the answers of a web service (a webhook). A service that does not answer, or answers
 * something else, lets nobody in; and it is not asked for a while when it fails again and again.
 */
@NullMarked
package io.mortise.auth.http;

import org.jspecify.annotations.NullMarked;
