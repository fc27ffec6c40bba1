// SPDX-License-Identifier: Apache-2.0
/**
 * What every auth provider does, whatever it asks: extend the contracts in your own tests. They are about what a client can try and
 * what can go wrong, and about nothing that only you know.
 */
@NullMarked
package io.mortise.auth.tck;

import org.jspecify.annotations.NullMarked;
