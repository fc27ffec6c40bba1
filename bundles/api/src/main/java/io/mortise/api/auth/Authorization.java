// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/** The bond between an {@link Authorizer} and one connection. */
@ConsumerType
@FunctionalInterface
public interface Authorization {

    /** The connection is gone: nothing is granted any more and nothing of it is kept. Called once, on any thread. */
    void close();
}
