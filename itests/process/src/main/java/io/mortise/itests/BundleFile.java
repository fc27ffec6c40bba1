// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle on its way to be another one: what is shipped, with another version or other content. Used by one thread. */
public final class BundleFile {
    private final Manifest manifest;
    private final Map<String, byte[]> entries = new TreeMap<>();

    private BundleFile(Manifest manifest) {
        this.manifest = manifest;
    }

    /** As it is in the distribution. */
    public static BundleFile shipped(String symbolicName) throws IOException {
        Path jar = Distribution.bundles("full").stream()
                .filter(bundle -> symbolicName.equals(
                        bundle.manifest().getMainAttributes().getValue("Bundle-SymbolicName")))
                .map(Distribution.PlannedBundle::jar)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(symbolicName + " is not shipped"));
        return of(jar);
    }

    /** As it is in a file. */
    public static BundleFile of(Path jar) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
            BundleFile bundle = new BundleFile(in.getManifest());
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                bundle.entries.put(entry.getName(), in.readAllBytes());
            }
            return bundle;
        }
    }

    /** With another version: two of one name and version cannot be installed. */
    public BundleFile version(String version) {
        return header("Bundle-Version", version);
    }

    /** With this header. */
    public BundleFile header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    /** What a header says. */
    public String header(String name) {
        return manifest.getMainAttributes().getValue(name);
    }

    /** Without this header. */
    public BundleFile withoutHeader(String name) {
        manifest.getMainAttributes().remove(new Attributes.Name(name));
        return this;
    }

    /** With this content under this name. */
    public BundleFile entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** With another text in the place of the one under this name. */
    public BundleFile replace(String name, UnaryOperator<String> change) {
        byte[] content = entries.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no " + name + " in " + entries.keySet());
        }
        return entry(
                name, change.apply(new String(content, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
    }

    /** With other bytes in the place of those, in the content under this name; they may have another length. */
    public BundleFile replaceBytes(String name, byte[] from, byte[] to) {
        byte[] content = entries.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no " + name + " in " + entries.keySet());
        }
        String before = new String(content, StandardCharsets.ISO_8859_1); // a character for each byte
        String after = before.replace(
                new String(from, StandardCharsets.ISO_8859_1), new String(to, StandardCharsets.ISO_8859_1));
        if (after.equals(before)) {
            throw new IllegalArgumentException("nothing to replace in " + name);
        }
        return entry(name, after.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** With another description of each of its components. */
    public BundleFile replaceComponents(UnaryOperator<String> change) {
        for (String file : header("Service-Component").split("\\s*,\\s*")) {
            replace(file, change);
        }
        return this;
    }

    /** With one more imported package. */
    public BundleFile importing(String packageName) {
        String imports = header("Import-Package");
        boolean isThere = Arrays.stream(imports.split("[,;]")).anyMatch(packageName::equals);
        return isThere ? this : header("Import-Package", imports + "," + packageName);
    }

    /** With classes of the test. */
    public BundleFile with(Class<?>... types) throws IOException {
        for (Class<?> type : types) {
            String file = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getResourceAsStream("/" + file)) {
                if (in == null) {
                    throw new IllegalArgumentException("no " + file + " on the class path");
                }
                entry(file, in.readAllBytes());
            }
        }
        return this;
    }

    /** Without these entries. */
    public BundleFile without(Predicate<String> names) {
        entries.keySet().removeIf(names);
        return this;
    }

    /** Writes it to this file, and answers it. */
    public Path write(Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return jar;
    }
}
