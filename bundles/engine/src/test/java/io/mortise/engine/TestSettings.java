// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/** Settings that suit a test, and that it may adjust one by one. */
final class TestSettings {
    private int receiveMaximum = 256;
    private int topicAliasMaximum = 16;
    private int keepAliveMaximumSeconds = 65_535;
    private int authDeadlineMillis = 2_000;

    private int inflightMaximum = 256;
    private int queueMaximumMessages = 10_000;
    private int queueMaximumBytes = 8_388_608;
    private int subscriptionsMaximum = 100;
    private long expiryMaximumSeconds = 4_294_967_295L;

    private int levelsMaximum = 32;

    private int sessionsMaximum = 1_000;

    TestSettings receiveMaximum(int value) {
        receiveMaximum = value;
        return this;
    }

    TestSettings topicAliasMaximum(int value) {
        topicAliasMaximum = value;
        return this;
    }

    TestSettings keepAliveMaximumSeconds(int value) {
        keepAliveMaximumSeconds = value;
        return this;
    }

    TestSettings authDeadlineMillis(int value) {
        authDeadlineMillis = value;
        return this;
    }

    TestSettings inflightMaximum(int value) {
        inflightMaximum = value;
        return this;
    }

    TestSettings queueMaximumMessages(int value) {
        queueMaximumMessages = value;
        return this;
    }

    TestSettings queueMaximumBytes(int value) {
        queueMaximumBytes = value;
        return this;
    }

    TestSettings subscriptionsMaximum(int value) {
        subscriptionsMaximum = value;
        return this;
    }

    TestSettings expiryMaximumSeconds(long value) {
        expiryMaximumSeconds = value;
        return this;
    }

    TestSettings sessionsMaximum(int value) {
        sessionsMaximum = value;
        return this;
    }

    Settings build() {
        return new Settings(
                new Settings.PerConnection(
                        receiveMaximum, topicAliasMaximum, keepAliveMaximumSeconds, authDeadlineMillis),
                new Settings.PerSession(
                        inflightMaximum,
                        queueMaximumMessages,
                        queueMaximumBytes,
                        subscriptionsMaximum,
                        expiryMaximumSeconds),
                new Settings.PerTopic(levelsMaximum),
                new Settings.InAll(sessionsMaximum));
    }
}
