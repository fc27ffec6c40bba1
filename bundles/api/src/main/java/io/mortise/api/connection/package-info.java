// SPDX-License-Identifier: Apache-2.0
/** The seam between a wire and the broker, and what an operator may ask of both. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
@NullMarked
package io.mortise.api.connection;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
