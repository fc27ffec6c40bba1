// SPDX-License-Identifier: Apache-2.0
/** What the broker says about itself, in the topics that begin with {@code $SYS}. */
@NullMarked
package io.mortise.sys.topics;

import org.jspecify.annotations.NullMarked;
