// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * What an installed bundle consists of. The file that it was installed from may be gone or another one by now: Gogo's
 * {@code update} takes the content from anywhere and leaves the bundle's location as it was.
 *
 * <p>Any thread; blocks while it reads.
 */
final class Content {
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Bundle bundle;

    Content(Bundle bundle) {
        this.bundle = bundle;
    }

    /** Whether this jar has the same files with the same bytes. */
    boolean isThatOf(Path jar) throws IOException {
        SortedSet<String> names = names();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            SortedSet<String> others = new TreeSet<>();
            file.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> others.add(entry.getName()));
            if (!names.equals(others)) {
                return false;
            }
            for (String name : names) {
                try (InputStream mine = open(name);
                        InputStream other = file.getInputStream(file.getEntry(name))) {
                    if (!Arrays.equals(mine.readAllBytes(), other.readAllBytes())) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /** A jar of it; each time the same, byte for byte. */
    InputStream asJar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            SortedSet<String> names = names();
            if (names.remove(JarFile.MANIFEST_NAME)) { // readers of a stream want it first
                add(jar, JarFile.MANIFEST_NAME);
            }
            for (String name : names) {
                add(jar, name);
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private void add(ZipOutputStream jar, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        jar.putNextEntry(entry);
        try (InputStream in = open(name)) {
            in.transferTo(jar);
        }
    }

    private InputStream open(String name) throws IOException {
        URL entry = bundle.getEntry(name);
        if (entry == null) {
            throw new IOException(name + " is gone from " + BundleActions.label(bundle));
        }
        return entry.openStream();
    }

    private SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        collect("/", names);
        return names;
    }

    private void collect(String folder, SortedSet<String> names) {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        if (paths == null) {
            return;
        }
        for (String path : Collections.list(paths)) {
            if (path.endsWith("/")) {
                collect(path, names);
            } else {
                names.add(path);
            }
        }
    }
}
