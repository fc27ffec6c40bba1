// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Canary;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets the new version decide about those whose client identifier begins with "next"; notes what it is told. */
final class TestCanary implements Canary {
    private final long bundle;
    private final boolean both;
    private final List<String> told = new CopyOnWriteArrayList<>();

    TestCanary(long bundle) {
        this(bundle, false);
    }

    TestCanary(long bundle, boolean both) {
        this.bundle = bundle;
        this.both = both;
    }

    List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public long bundle() {
        return bundle;
    }

    @Override
    public boolean asksBoth() {
        return both;
    }

    @Override
    public Version decides(String clientId) {
        return clientId.startsWith("next") ? Version.NEXT : Version.IN_FORCE;
    }

    @Override
    public void asked(Version version) {
        told.add("asked " + version);
    }

    @Override
    public void answered(Version version, Outcome outcome) {
        told.add(version + " " + outcome);
    }

    @Override
    public void differed(String clientId, String inForce, String next) {
        told.add(clientId + ": " + inForce + ", " + next);
    }
}
