// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One run of SCRAM-SHA-256 (RFC 5802, 5 and 7), from the server's side. Used on the home thread of its connection; each step is a
 * few hashes.
 *
 * <pre>
 *   client-first   n,,n=user,r=CLIENT            in CONNECT, or in AUTH if the client has to be asked for it
 *   server-first   r=CLIENT+SERVER,s=SALT,i=N    in AUTH
 *   client-final   c=biws,r=CLIENT+SERVER,p=PROOF
 *   server-final   v=SIGNATURE                   in CONNACK or AUTH
 * </pre>
 */
final class ScramExchange implements Exchange {
    /** Binding and authorization identity, then user and nonce; extensions behind the nonce are none of ours. */
    private static final Pattern CLIENT_FIRST =
            Pattern.compile("((?:n|y|p=[^,]+),(?:a=([^,]+))?,)(n=([^,]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)(?:,.*)?)");

    private static final Pattern CLIENT_FINAL = Pattern.compile("(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)");

    private final ScramUsers users;
    private final Supplier<String> nonces;

    // of the steps that were made
    private boolean asked;
    private String gs2Header = "";
    private String user = "";
    private String nonce = "";
    private String firstMessages = "";
    private @Nullable Verifier verifier;

    /**
     * Not begun.
     *
     * @param users who is known, for all of the exchange
     * @param nonces of printable characters but the comma, never the same twice
     */
    ScramExchange(ScramUsers users, Supplier<String> nonces) {
        this.users = users;
        this.nonces = nonces;
    }

    @Override
    public CompletionStage<Step> proceed(@Nullable Payload data) {
        return CompletableFuture.completedStage(step(data));
    }

    private Step step(@Nullable Payload data) {
        if (data == null && !asked) {
            asked = true;
            return new Step.Challenge(null); // RFC 4422, 5: the client begins when it is told to
        }
        String message = data == null ? null : text(data);
        if (message == null) {
            return refused("expected a message of " + ScramAuth.METHOD + " in UTF-8");
        }
        asked = true;
        Verifier known = verifier;
        return known == null ? first(message) : last(message, known);
    }

    private Step first(String message) {
        Matcher parts = CLIENT_FIRST.matcher(message);
        if (!parts.matches()) {
            return refused("expected n,,n=user,r=nonce from its client");
        }
        if (message.startsWith("p=")) {
            return refused("its client insists on channel binding, which is not offered");
        }
        String authorization = parts.group(2);
        try {
            String name = decoded(parts.group(4));
            if (authorization != null && !decoded(authorization).equals(name)) {
                return refused("it wants to act in the name of somebody else");
            }
            user = SaslPrep.prepare(name);
        } catch (IllegalArgumentException noName) {
            return refused("its user name has characters that may not be");
        }
        gs2Header = parts.group(1);
        nonce = parts.group(5) + nonces.get();
        Verifier found = users.verifier(user);
        verifier = found;
        String answer = "r=" + nonce + ",s=" + found.saltInBase64() + ",i=" + found.iterations();
        firstMessages = parts.group(3) + "," + answer + ",";
        return new Step.Challenge(Payload.of(answer));
    }

    private Step last(String message, Verifier known) {
        Matcher parts = CLIENT_FINAL.matcher(message);
        if (!parts.matches()) {
            return refused("expected c=binding,r=nonce,p=proof from its client");
        }
        String header = Base64.getEncoder().encodeToString(gs2Header.getBytes(StandardCharsets.UTF_8));
        if (!parts.group(2).equals(header)) {
            return refused("its first message was another one on the way");
        }
        if (!parts.group(3).equals(nonce)) {
            return refused("its nonce is not the one of this exchange");
        }
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(parts.group(4));
        } catch (IllegalArgumentException notBase64) {
            return refused("expected its proof in Base64");
        }
        String authMessage = firstMessages + parts.group(1);
        if (!(known.isProvenBy(proof, authMessage) & users.has(user))) {
            return refused("wrong password, or no such user");
        }
        return new Step.Outcome(
                new Verdict.Accept(user), Payload.of("v=" + known.serverSignatureInBase64(authMessage)));
    }

    /** RFC 5802, 5.1: a comma and an equals sign in a name are written otherwise. */
    private static String decoded(String saslName) {
        if (saslName.replace("=2C", "").replace("=3D", "").indexOf('=') >= 0) {
            throw new IllegalArgumentException("expected =2C or =3D, got another =");
        }
        return saslName.replace("=2C", ",").replace("=3D", "=");
    }

    private static @Nullable String text(Payload data) {
        ByteBuffer bytes = data.asByteBuffer();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static Step refused(String reason) {
        return new Step.Outcome(new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, reason));
    }
}
