// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code mortise}: it runs the broker in an embedded OSGi framework, or talks to one that runs. Nothing is
 * parsed, resolved or fetched here that could have been while assembling.
 */
@NullMarked
package io.mortise.runtime;

import org.jspecify.annotations.NullMarked;
