// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * Reads the manifests of everything that is shipped: each arrow of the design's picture is there, and no other.
 */
public class ArrowsIT {
    private static final Pattern CLAUSE =
            Pattern.compile("([^,;\"]+)((?:;[^,;\"=]+:?=(?:\"[^\"]*\"|[^,;\"]*))*)(?:,|$)");

    private static final Set<String> API = Set.of(
            "io.mortise.api.auth",
            "io.mortise.api.connection",
            "io.mortise.api.health",
            "io.mortise.api.intercept",
            "io.mortise.api.protocol",
            "io.mortise.api.routing",
            "io.mortise.api.store");
    private static final String HEALTH = "io.mortise.api.health";
    private static final String WIRE = "io.mortise.transport.wire";

    /** Which packages of the project each bundle imports: the picture. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("io.mortise.api"),
            entry(
                    "io.mortise.transport",
                    "io.mortise.api.auth",
                    "io.mortise.api.connection",
                    HEALTH,
                    "io.mortise.api.protocol"),
            entry("io.mortise.codec", "io.mortise.api.protocol", WIRE),
            entry("io.mortise.router", "io.mortise.api.protocol", "io.mortise.api.routing"),
            entry("io.mortise.engine", API.toArray(String[]::new)),
            entry("io.mortise.listener.tcp", "io.mortise.api.connection", WIRE),
            entry("io.mortise.listener.websocket", "io.mortise.api.connection", WIRE),
            entry("io.mortise.web.client", "io.mortise.api.connection", "io.mortise.api.protocol"),
            entry("io.mortise.store.memory", "io.mortise.api.protocol", "io.mortise.api.store"),
            entry(
                    "io.mortise.store.sqlite",
                    "io.mortise.api.connection",
                    HEALTH,
                    "io.mortise.api.protocol",
                    "io.mortise.api.store"),
            entry("io.mortise.auth.open", "io.mortise.api.auth", "io.mortise.api.protocol"),
            entry("io.mortise.auth.file", "io.mortise.api.auth", "io.mortise.api.health", "io.mortise.api.protocol"),
            entry("io.mortise.auth.scram", "io.mortise.api.auth", "io.mortise.api.health", "io.mortise.api.protocol"),
            entry("io.mortise.auth.cert", "io.mortise.api.auth", "io.mortise.api.health", "io.mortise.api.protocol"),
            entry(
                    "io.mortise.auth.jwt",
                    "io.mortise.api.auth",
                    "io.mortise.api.connection",
                    "io.mortise.api.health",
                    "io.mortise.api.protocol"),
            entry("io.mortise.auth.http", "io.mortise.api.auth", "io.mortise.api.health", "io.mortise.api.protocol"),
            entry("io.mortise.auth.ldap", "io.mortise.api.auth", "io.mortise.api.health", "io.mortise.api.protocol"),
            entry("io.mortise.sys.topics", "io.mortise.api.connection", "io.mortise.api.protocol"),
            entry(
                    "io.mortise.console",
                    "io.mortise.api.auth",
                    "io.mortise.api.connection",
                    HEALTH,
                    "io.mortise.api.intercept",
                    "io.mortise.api.protocol"),
            entry("io.mortise.swap", "io.mortise.api.auth", HEALTH, WIRE));

    /** What else a bundle may import, by the first letters of the package. */
    private static final Map<String, Set<String>> LIBRARIES = Map.ofEntries(
            entry("io.mortise.api", "javax.security.auth.x500"), // of the JDK: whose certificate it is
            entry("io.mortise.transport", "io.netty.", "javax.", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.codec", "io.netty.", "org.slf4j"),
            entry("io.mortise.engine", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.listener.tcp", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.auth.file", "org.osgi.framework", "javax.crypto", "org.slf4j"),
            entry("io.mortise.auth.scram", "org.osgi.framework", "javax.crypto", "org.slf4j"),
            entry("io.mortise.auth.cert", "javax.naming", "javax.security.auth.x500", "org.slf4j"),
            entry("io.mortise.auth.jwt", "com.nimbusds", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.auth.http", "com.google.gson", "javax.crypto", "javax.security.auth.x500", "org.slf4j"),
            entry("io.mortise.auth.ldap", "com.unboundid", "javax.net", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.listener.websocket", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.store.sqlite", "org.osgi.framework", "org.sqlite"),
            entry("io.mortise.sys.topics", "org.osgi.framework", "org.slf4j"),
            entry("io.mortise.console", "org.osgi.framework", "org.apache.felix.service.command", "org.slf4j"),
            entry(
                    "io.mortise.swap",
                    "javax.management", // to write a heap dump
                    "javax.security.auth.x500",
                    "org.osgi.framework",
                    "org.apache.felix.service.command",
                    "org.osgi.service.component.runtime", // why a component does not come up
                    "org.slf4j"));

    private static final Set<String> ANYBODYS = Set.of("java.", "org.slf4j");

    private static Map.Entry<String, Set<String>> entry(String bundle, String... packages) {
        return Map.entry(bundle, Set.of(packages));
    }

    @Test
    public void shouldImportWhatThePictureShowsAndNothingElse() {
        Map<String, Set<String>> found = new TreeMap<>();
        ours().forEach((name, manifest) -> found.put(name, ofTheProject(imports(manifest))));
        assertEquals(new TreeMap<>(sorted(ARROWS)), found);
    }

    @Test
    public void shouldImportNoLibraryButThoseThatItsJobNeeds() {
        ours().forEach((name, manifest) -> {
            for (String imported : imports(manifest)) {
                boolean allowed = imported.startsWith("io.mortise.")
                        || startsWithAny(imported, ANYBODYS)
                        || startsWithAny(imported, LIBRARIES.getOrDefault(name, Set.of()));
                assertTrue(name + " imports " + imported, allowed);
            }
        });
    }

    @Test
    public void shouldExportNothingButTheApiAndTheWire() {
        Set<String> api = new TreeSet<>(API);
        api.add(HEALTH);
        Map<String, Set<String>> expected = new TreeMap<>(sorted(Map.of("io.mortise.api", api)));
        expected.put("io.mortise.transport", new TreeSet<>(Set.of(WIRE)));
        Map<String, Set<String>> found = new TreeMap<>();
        ours().forEach((name, manifest) -> {
            Set<String> exported = packages(manifest.getValue("Export-Package"));
            if (!exported.isEmpty()) {
                found.put(name, exported);
            }
        });
        assertEquals(expected, found);
    }

    @Test
    public void shouldEmbedNothingAndWireNothingBehindOurBacks() {
        ours().forEach((name, manifest) -> {
            assertNull(name, manifest.getValue("Bundle-ClassPath"));
            assertNull(name, manifest.getValue("DynamicImport-Package"));
            assertNull(name, manifest.getValue("Require-Bundle"));
            assertNull(name, manifest.getValue("Bundle-Activator"));
            assertNull(name, manifest.getValue("Fragment-Host"));
        });
    }

    /** SEC-51: nothing that was stored or received becomes an object of whatever class it says. */
    @Test
    public void shouldDeserializeNoJavaObject_SEC51() throws IOException {
        List<String> found = new ArrayList<>();
        int classes = 0;
        for (Distribution.PlannedBundle bundle : Distribution.bundles("full")) {
            if (!bundle.jar().getFileName().toString().startsWith("io.mortise.")) {
                continue;
            }
            try (JarFile jar = new JarFile(bundle.jar().toFile())) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (entry.getName().endsWith(".class")) {
                        classes++;
                        String constants =
                                new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
                        if (constants.contains("java/io/ObjectInput")) {
                            found.add(entry.getName());
                        }
                    }
                }
            }
        }
        assertEquals(List.of(), found);
        assertTrue(classes + " classes", classes > 200);
    }

    private static Map<String, Attributes> ours() {
        Map<String, Attributes> manifests = new TreeMap<>();
        for (String variant : List.of("full", "minimal")) {
            for (Distribution.PlannedBundle bundle : Distribution.bundles(variant)) {
                Attributes manifest = bundle.manifest().getMainAttributes();
                String name =
                        manifest.getValue("Bundle-SymbolicName").split(";")[0].trim();
                if (name.startsWith("io.mortise.")) {
                    manifests.put(name, manifest);
                }
            }
        }
        return manifests;
    }

    private static Set<String> imports(Attributes manifest) {
        return packages(manifest.getValue("Import-Package"));
    }

    private static Set<String> packages(String header) {
        Set<String> packages = new TreeSet<>();
        Matcher clause = CLAUSE.matcher(header == null ? "" : header);
        while (clause.find()) {
            packages.add(clause.group(1).trim());
        }
        return packages;
    }

    private static Set<String> ofTheProject(Set<String> packages) {
        packages.removeIf(name -> !name.startsWith("io.mortise."));
        return packages;
    }

    private static Map<String, Set<String>> sorted(Map<String, Set<String>> map) {
        Map<String, Set<String>> sorted = new TreeMap<>();
        map.forEach((name, values) -> sorted.put(name, new TreeSet<>(values)));
        return sorted;
    }

    private static boolean startsWithAny(String name, Set<String> beginnings) {
        return beginnings.stream().anyMatch(name::startsWith);
    }
}
