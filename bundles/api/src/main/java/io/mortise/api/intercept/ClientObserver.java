// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears what happens to clients, after it has happened.
 *
 * <p>Registered as a service; all that there are hear everything. Each has a thread of its own on which it is called, one event at a time,
 * in the order in which they happened to one client; it may block there, and keeps up nobody but itself. What it does not keep up with is
 * left out: behind 10,000 events that wait further ones are dropped, counted and logged. What it throws is logged.
 */
@ConsumerType
public interface ClientObserver {

    /** Something has happened. */
    void happened(ClientEvent event);
}
