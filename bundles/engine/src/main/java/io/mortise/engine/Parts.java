// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;

/**
 * What the broker works with while it serves: one provider of each kind.
 *
 * @param methods how clients authenticate that name a method
 */
record Parts(
        Router router,
        SessionStore sessionStore,
        RetainedStore retainedStore,
        AuthenticatorChain authenticator,
        Authorizers authorizers,
        Methods methods,
        Interceptors interceptors) {}
