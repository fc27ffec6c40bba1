// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.Door;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests of statements: they run once for each door of a broker, and get their {@link
 * io.mortise.itests.conformance.wire.Clients}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(EveryDoor.class)
@interface Conformance {

    /**
     * What the broker is to be told, as in {@code --set PID:KEY=VALUE}. It is then the tests' own; without settings they share
     * one, as it is shipped, with all others.
     */
    String[] settings() default {};

    /** Through which kind of door they come in: every door otherwise. */
    Class<? extends Door> through() default Door.class;

    /** Whether the broker, then the tests' own, has the {@link VendorBundle}. */
    boolean vendor() default false;
}
