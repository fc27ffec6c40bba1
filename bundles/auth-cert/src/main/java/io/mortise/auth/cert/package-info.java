// SPDX-License-Identifier: Apache-2.0
/**
 * Who a client is, by the certificate that it shows in TLS. That the certificate is right has been proved when a client is here; what
 * is decided is whose it is.
 */
@NullMarked
package io.mortise.auth.cert;

import org.jspecify.annotations.NullMarked;
