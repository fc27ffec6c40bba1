// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorizer;

/** The authorizer for the clients of each listener. Any thread. */
@FunctionalInterface
interface Authorizers {

    /** The authorizer for the clients of a listener: the same object each time. */
    Authorizer of(String listener);
}
