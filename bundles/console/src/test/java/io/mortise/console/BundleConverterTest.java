// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class BundleConverterTest {
    private final Bundle scr = bundle(3, "org.apache.felix.scr");
    private final Bundle router = bundle(7, "io.mortise.router");
    private final BundleConverter converter = new BundleConverter(FakeBundles.context(
            scr, router, bundle(8, "io.mortise.engine"), bundle(9, "io.mortise.engine"), bundle(1, null)));

    @Test
    void shouldKnowABundleByItsNumberAndByItsNames() {
        assertSame(router, converter.convert(Bundle.class, "7"));
        assertSame(router, converter.convert(Bundle.class, "io.mortise.router"));
        assertSame(router, converter.convert(Bundle.class, new StringBuilder("router")));
        assertSame(scr, converter.convert(Bundle.class, "org.apache.felix.scr"));
    }

    @Test
    void shouldNotGuess() {
        assertNull(converter.convert(Bundle.class, "engine"));
        assertNull(converter.convert(Bundle.class, "99"));
        assertNull(converter.convert(Bundle.class, "99999999999999999999999"));
        assertNull(converter.convert(Bundle.class, "scr"));
        assertNull(converter.convert(Bundle.class, ""));
    }

    @Test
    void shouldLeaveEverythingElseToGogo() {
        assertNull(converter.convert(String.class, "7"));
        assertNull(converter.format(router, 0, converter));
    }

    private static Bundle bundle(long id, String name) {
        return FakeBundles.bundle(id, name, Bundle.ACTIVE, null, null);
    }
}
