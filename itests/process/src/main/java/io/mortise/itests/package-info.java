// SPDX-License-Identifier: Apache-2.0
/** What integration tests share: the assembled distribution, the broker as a process, and other programs that they run. */
@NullMarked
package io.mortise.itests;

import org.jspecify.annotations.NullMarked;
