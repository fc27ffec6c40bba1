// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client answers, by functions that others wrote. */
final class TestProof {
    private static final Pattern SERVER_FIRST = Pattern.compile("r=([^,]+),s=([^,]+),i=([0-9]+)");

    private TestProof() {}

    static String of(String clientFirstBare, String serverFirst, String password) {
        Matcher parts = SERVER_FIRST.matcher(serverFirst);
        if (!parts.matches()) {
            throw new AssertionError("no first message of a server: " + serverFirst);
        }
        ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_256;
        byte[] salted = ScramFunctions.saltedPassword(
                mechanism,
                StringPreparation.SASL_PREPARATION,
                password.toCharArray(),
                Base64.getDecoder().decode(parts.group(2)),
                Integer.parseInt(parts.group(3)));
        byte[] clientKey = ScramFunctions.clientKey(mechanism, salted);
        String withoutProof = "c=biws,r=" + parts.group(1);
        byte[] signature = ScramFunctions.clientSignature(
                mechanism,
                ScramFunctions.storedKey(mechanism, clientKey),
                (clientFirstBare + "," + serverFirst + "," + withoutProof));
        return withoutProof + ",p="
                + Base64.getEncoder().encodeToString(ScramFunctions.clientProof(clientKey, signature));
    }
}
