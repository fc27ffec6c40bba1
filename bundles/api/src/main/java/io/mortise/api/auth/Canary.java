// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Lets a new version of an auth provider decide about some clients, or be compared, while another version is in force.
 *
 * <p>Whoever tries a version out registers one as a service, before the version is started and until it is in force or gone. It
 * concerns the providers of one bundle for which there are others of the same {@linkplain Authenticator#NAME name}: those others are
 * in force, whatever their rankings. What {@link AuthenticationMethod}s say is not concerned.
 *
 * <p>Any thread, calls overlap; must not block or throw.
 */
@ConsumerType
public interface Canary {

    /** Of two versions of a provider. */
    enum Version {
        /** The one that decides about everybody who is not concerned. */
        IN_FORCE,
        /** The one that is tried out. */
        NEXT
    }

    /** What an {@link Authenticator} has answered. */
    enum Outcome {
        /** A {@link Verdict.Accept}. */
        ACCEPTED,
        /** A {@link Verdict.Refuse}. */
        REFUSED,
        /** A {@link Verdict.Abstain}. */
        ABSTAINED,
        /** It threw, or its stage failed or completed with {@code null}. */
        FAILED
    }

    /** The identifier of the bundle whose providers are tried out. Constant. */
    long bundle();

    /** Whether both versions are asked about everybody, and what the new one says is compared only. Constant. */
    boolean asksBoth();

    /** Which version lets a client in and says what it may do; of one client the same is said each time. */
    Version decides(String clientId);

    /** A version is asked whether a client may connect. */
    void asked(Version version);

    /** A version has answered, or has failed to say what a client may do. */
    void answered(Version version, Outcome outcome);

    /**
     * Both versions were asked about a client that wants to connect, and do not agree whether it may, or in whose name it acts.
     *
     * @param inForce what the version in force has said, in words
     * @param next what the new version has said, in words
     */
    void differed(String clientId, String inForce, String next);
}
