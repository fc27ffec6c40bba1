// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.Map;
import java.util.Set;

/**
 * What the broker works with while it serves: one provider of each kind.
 *
 * @param methods the authentication methods by their names
 * @param missedMethods the names of those that were there, and are not
 */
record Parts(
        Router router,
        SessionStore sessionStore,
        RetainedStore retainedStore,
        Authenticator authenticator,
        Authorizers authorizers,
        Map<String, AuthenticationMethod> methods,
        Set<String> missedMethods) {}
