// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.protocol.Payload;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** What a listener that speaks HTTP may show to browsers; a service. Any thread. */
@ConsumerType
@FunctionalInterface
public interface WebPage {

    /** All there is, by path: {@code /} and what it refers to. Asked once. */
    Map<String, Resource> resources();

    /**
     * A part of it.
     *
     * @param mediaType {@code text/html; charset=utf-8}, say
     * @param content its bytes
     */
    record Resource(String mediaType, Payload content) {}
}
