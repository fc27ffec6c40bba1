// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

/**
 * What all interceptors have in common. A bundle registers those that it has as services, all of them by one registration or each by
 * its own, and implements of the types below only what it is about.
 *
 * <p><b>Order.</b> An interceptor gets what those before it have made of a packet, and what the last of them says is what counts: it
 * is checked, authorised and carried out like something that the client has sent. First come those that the broker's configuration
 * names, by their {@linkplain #NAME name}, in its order; then all others, by their {@code service.ranking}, the highest first. Of
 * several registrations with one name a single one is asked, that of the highest ranking: so a new version takes over from the one
 * before.
 *
 * <p><b>Away.</b> While one that is named in the configuration is missing, nobody is served, as with any part of the broker: everything
 * waits, nothing passes it by. Others are asked while they are there.
 *
 * <p><b>Threads.</b> Called on the home thread of the client's connection; calls for different clients overlap. Must not block: what
 * takes time is done elsewhere and completes the stage on any thread. What the same client sends afterwards waits; nobody else does.
 *
 * <p><b>Failures.</b> A call that throws, a stage that fails or gives {@code null}, and one that does not complete within the broker's
 * deadline are refusals: what was not judged does not pass.
 *
 * <p>Parts of the broker itself ({@link io.mortise.api.connection.Connection#internalPrincipal()}) are not intercepted.
 */
public interface Interceptor {

    /** The service property by which a configuration names interceptors; a {@link String}. */
    String NAME = "mortise.interceptor.name";
}
