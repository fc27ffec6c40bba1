// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.util.Collection;
import org.osgi.framework.Bundle;
import org.osgi.framework.hooks.bundle.CollisionHook;

/**
 * Lets two builds of one version be there at the same time, while one takes the place of the other; so they need not be put in
 * place, with nobody serving in between and no way back if what is new hangs. Any thread.
 */
final class SameVersion implements CollisionHook {
    private final Bundle self;

    SameVersion(Bundle self) {
        this.self = self;
    }

    @Override
    public void filterCollisions(int operationType, Bundle target, Collection<Bundle> collisionCandidates) {
        if (operationType == INSTALLING && target.equals(self)) {
            collisionCandidates.clear();
        }
    }
}
