// SPDX-License-Identifier: Apache-2.0
/** Parts of a running broker are replaced while many clients talk, who count what they hear. */
@NullMarked
package io.mortise.itests.swap;

import org.jspecify.annotations.NullMarked;
