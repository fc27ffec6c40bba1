// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** A name and a value that mean something to the applications only (MQTT 5.0, 3.3.2.3.7). */
public record UserProperty(String name, String value) {}
