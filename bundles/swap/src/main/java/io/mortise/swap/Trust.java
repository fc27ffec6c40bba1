// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.file.Path;

/** Which bundles may come in. Asked before one is installed, and again before it is started with the broker; any thread. */
interface Trust {

    /**
     * Judges a bundle.
     *
     * @throws SwapFailure if it may not come in, with the reason
     * @throws IOException if what it is judged by cannot be read: it may not come in either
     */
    void check(Candidate candidate) throws IOException;

    /** Whether it says something about where a bundle comes from, so that one may be fetched over a network. */
    boolean knowsOrigin();

    /** Every bundle may come in; the journal says which did. */
    Trust ANY = new Trust() {
        @Override
        public void check(Candidate candidate) {
            // whoever can open the shell may
        }

        @Override
        public boolean knowsOrigin() {
            return false;
        }
    };

    /**
     * The policy with this name.
     *
     * @param policy {@code any}, {@code listed} or {@code signed}
     * @param list the file with the checksums of {@code listed}
     * @param store the PKCS#12 trust store of {@code signed}
     */
    static Trust named(String policy, Path list, Path store, String storePassword) {
        return switch (policy) {
            case "any" -> ANY;
            case "listed" -> new Listed(list);
            case "signed" -> new Signed(store, storePassword.toCharArray());
            default -> throw new IllegalArgumentException("trust: any, listed or signed expected, got " + policy);
        };
    }
}
