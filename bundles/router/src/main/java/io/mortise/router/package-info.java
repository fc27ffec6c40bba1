// SPDX-License-Identifier: Apache-2.0
/** Topic to subscribers: an index of all subscriptions that is read without locks. */
@NullMarked
package io.mortise.router;

import org.jspecify.annotations.NullMarked;
