// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import java.lang.annotation.Annotation;

/** A configuration for tests: what is expected of the tokens of {@link Issuer}, and what a test sets. */
final class Settings implements JwtAuth.Config {
    String keys = "";
    int keys_interval_seconds = 300;
    int keys_lifetime_seconds = 86_400;
    String[] algorithms = {"RS256", "PS256", "ES256"};
    String client_id_claim = "";
    String[] rules = {};
    String read_claim = "";
    String write_claim = "";

    @Override
    public String keys() {
        return keys;
    }

    @Override
    public int keys_interval_seconds() {
        return keys_interval_seconds;
    }

    @Override
    public int keys_lifetime_seconds() {
        return keys_lifetime_seconds;
    }

    @Override
    public int keys_timeout_millis() {
        return 10_000;
    }

    @Override
    public String[] algorithms() {
        return algorithms;
    }

    @Override
    public String issuer() {
        return Issuer.NAME;
    }

    @Override
    public String[] audience() {
        return new String[] {Issuer.AUDIENCE};
    }

    @Override
    public String principal_claim() {
        return "sub";
    }

    @Override
    public String client_id_claim() {
        return client_id_claim;
    }

    @Override
    public String[] rules() {
        return rules;
    }

    @Override
    public String read_claim() {
        return read_claim;
    }

    @Override
    public String write_claim() {
        return write_claim;
    }

    @Override
    public int skew_seconds() {
        return 30;
    }

    @Override
    public int token_maximum_characters() {
        return 8_192;
    }

    @Override
    public String method() {
        return "JWT";
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return JwtAuth.Config.class;
    }
}
