// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/** Settings that suit a test, and that it may adjust one by one. */
final class TestSettings {
    private int receiveMaximum = 256;
    private int topicAliasMaximum = 16;
    private int keepAliveMaximumSeconds = 65_535;
    private int authDeadlineMillis = 2_000;
    private int authExchangeMillis = 10_000;
    private int interceptDeadlineMillis = 2_000;

    private int inflightMaximum = 256;
    private int queueMaximumMessages = 10_000;
    private int queueMaximumBytes = 8_388_608;
    private int subscriptionsMaximum = 100;
    private long expiryMaximumSeconds = 4_294_967_295L;

    private int levelsMaximum = 32;
    private int bytesMaximum = 65_535;

    private int sessionsMaximum = 1_000;
    private int clientIdMaximumBytes = 65_535;
    private int publishRateMaximumMessages;
    private int publishRateMaximumBytes;
    private Overflow queueOverflow = Overflow.DROP_NEW;
    private int connectionsMaximum = 1_000;
    private int connectRateMaximum = 1_000_000;
    private int queuedMaximumMessages = 1_000_000;
    private int retainedMaximumMessages = 1_000_000;
    private long retainedMaximumBytes;
    private long memoryMaximumBytes;

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

    TestSettings authExchangeMillis(int value) {
        authExchangeMillis = value;
        return this;
    }

    TestSettings interceptDeadlineMillis(int value) {
        interceptDeadlineMillis = value;
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

    TestSettings levelsMaximum(int value) {
        levelsMaximum = value;
        return this;
    }

    TestSettings bytesMaximum(int value) {
        bytesMaximum = value;
        return this;
    }

    TestSettings clientIdMaximumBytes(int value) {
        clientIdMaximumBytes = value;
        return this;
    }

    TestSettings publishRateMaximumMessages(int value) {
        publishRateMaximumMessages = value;
        return this;
    }

    TestSettings publishRateMaximumBytes(int value) {
        publishRateMaximumBytes = value;
        return this;
    }

    TestSettings queueOverflow(Overflow value) {
        queueOverflow = value;
        return this;
    }

    TestSettings connectionsMaximum(int value) {
        connectionsMaximum = value;
        return this;
    }

    TestSettings connectRateMaximum(int value) {
        connectRateMaximum = value;
        return this;
    }

    TestSettings queuedMaximumMessages(int value) {
        queuedMaximumMessages = value;
        return this;
    }

    TestSettings retainedMaximumMessages(int value) {
        retainedMaximumMessages = value;
        return this;
    }

    TestSettings retainedMaximumBytes(long value) {
        retainedMaximumBytes = value;
        return this;
    }

    TestSettings memoryMaximumBytes(long value) {
        memoryMaximumBytes = value;
        return this;
    }

    Settings build() {
        return new Settings(
                new Settings.PerConnection(
                        receiveMaximum,
                        topicAliasMaximum,
                        keepAliveMaximumSeconds,
                        authDeadlineMillis,
                        authExchangeMillis,
                        interceptDeadlineMillis,
                        clientIdMaximumBytes,
                        publishRateMaximumMessages,
                        publishRateMaximumBytes),
                new Settings.PerSession(
                        inflightMaximum,
                        queueMaximumMessages,
                        queueMaximumBytes,
                        queueOverflow,
                        subscriptionsMaximum,
                        expiryMaximumSeconds),
                new Settings.PerTopic(levelsMaximum, bytesMaximum),
                new Settings.InAll(
                        connectionsMaximum,
                        connectRateMaximum,
                        sessionsMaximum,
                        queuedMaximumMessages,
                        0,
                        retainedMaximumMessages,
                        retainedMaximumBytes,
                        memoryMaximumBytes));
    }
}
