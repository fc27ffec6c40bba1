// SPDX-License-Identifier: Apache-2.0
package ${package};

import java.lang.annotation.Annotation;

/** A configuration of the gatekeeper. */
record TestConfig(String word, String... rules) implements Gatekeeper.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
        return Gatekeeper.Config.class;
    }
}
