// SPDX-License-Identifier: Apache-2.0
/** Configuration: read from features, files and the command line, checked against metatype, given to Config Admin. */
@NullMarked
package io.mortise.runtime.configuration;

import org.jspecify.annotations.NullMarked;
