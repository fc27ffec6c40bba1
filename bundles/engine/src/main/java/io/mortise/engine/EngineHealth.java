// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.health.Health.Level;
import io.mortise.api.health.Health.Status;
import java.util.ArrayList;
import java.util.List;

/** How the engine is: whether it waits for a part, refuses for want of one, or has met a fault of one lately. Any thread. */
final class EngineHealth {
    private final Engine engine;
    private final Stores stores;
    private final AuthChains chains;
    private final InterceptorRoll interceptors;

    EngineHealth(Engine engine, Stores stores, AuthChains chains, InterceptorRoll interceptors) {
        this.engine = engine;
        this.stores = stores;
        this.chains = chains;
        this.interceptors = interceptors;
    }

    Status status() {
        List<String> absent = new ArrayList<>(engine.absentParts());
        String store = stores.missing();
        if (store != null) {
            absent.add(store);
        }
        interceptors.missing().forEach(name -> absent.add("the interceptor " + name));
        List<String> missing = chains.missing();
        if (!absent.isEmpty()) {
            absent.addAll(missing);
            return new Status(Level.DOWN, "everything waits for " + String.join(", ", absent));
        }
        if (!missing.isEmpty()) {
            return new Status(
                    Level.DOWN, String.join(", ", missing) + " is missing: clients that need it wait, or are refused");
        }
        return engine.faults().status();
    }
}
