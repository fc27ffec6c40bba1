// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which statements of MQTT 3.1.1 a test proves: {@code "3.3.1-2"} is [MQTT-3.3.1-2]. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Mqtt311 {
    String[] value();
}
