// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle lets one configure: a Designate of the Metatype specification (105.8) with its attributes. Immutable.
 *
 * @param pid the PID, or the factory PID
 * @param factory whether there can be many configurations, {@code pid~name} each
 * @param attributes by key
 */
public record ConfigurationDefinition(String pid, boolean factory, Map<String, AttributeDefinition> attributes) {

    /** Names the attribute that stands for every key there may be. */
    public static final String ANY_KEY = "*";

    public ConfigurationDefinition {
        attributes = Map.copyOf(attributes);
    }

    /** What {@code key} may be; {@code null} if there is no such key. */
    public @Nullable AttributeDefinition attribute(String key) {
        AttributeDefinition attribute = attributes.get(key);
        return attribute == null ? attributes.get(ANY_KEY) : attribute;
    }
}
