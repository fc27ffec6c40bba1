// SPDX-License-Identifier: Apache-2.0
/** What those who touch the wire, a codec and the listeners, share with the transport. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
@NullMarked
package io.mortise.transport.wire;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
