// SPDX-License-Identifier: Apache-2.0
/** What assembling found out and starting needs: which bundles, in which order, with which checksums and configuration. */
@NullMarked
package io.mortise.runtime.plan;

import org.jspecify.annotations.NullMarked;
