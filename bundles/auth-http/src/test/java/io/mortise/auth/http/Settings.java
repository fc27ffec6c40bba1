// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import java.lang.annotation.Annotation;

/** A configuration for tests, and what a test sets. */
final class Settings implements HttpAuth.Config {
    String authenticate = "";
    String authorize = "";
    String authorization = "";
    int timeout = 20_000;
    int retryPercent = 10;
    int questions = 64;
    int breakerFailures = 5;
    int breakerOpen = 100;
    int cacheRefused = 3;
    int grace = 60;

    @Override
    public String authenticate_url() {
        return authenticate;
    }

    @Override
    public String authorize_url() {
        return authorize;
    }

    @Override
    public String authorization() {
        return authorization;
    }

    @Override
    public int timeout_millis() {
        return timeout;
    }

    @Override
    public int retry_percent() {
        return retryPercent;
    }

    @Override
    public int questions_maximum() {
        return questions;
    }

    @Override
    public int breaker_failures() {
        return breakerFailures;
    }

    @Override
    public int breaker_open_millis() {
        return breakerOpen;
    }

    @Override
    public int cache_accepted_seconds() {
        return 30;
    }

    @Override
    public int cache_refused_seconds() {
        return cacheRefused;
    }

    @Override
    public int cache_maximum() {
        return 100;
    }

    @Override
    public int refresh_seconds() {
        return 60;
    }

    @Override
    public int grace_seconds() {
        return grace;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return HttpAuth.Config.class;
    }
}
