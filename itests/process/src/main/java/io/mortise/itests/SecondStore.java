// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A durable store beside the one that is shipped: the same code, under another name, in another folder. */
public final class SecondStore {
    private static final String CLASS = "io/mortise/store/sqlite/SqliteStore.class";

    private SecondStore() {}

    /** Writes its bundle into a folder; it is called {@code second}. */
    public static Path write(Path folder) throws IOException {
        BundleFile second = BundleFile.shipped("io.mortise.store.sqlite")
                .header("Bundle-SymbolicName", "com.example.store.second")
                .replaceComponents(xml -> xml.replace("value=\"sqlite\"", "value=\"second\""));
        return second.replaceBytes(CLASS, constant("store"), constant("other"))
                .write(Files.createTempFile(folder, "second", ".jar"));
    }

    /** A text as it stands in a class file (JVMS 4.4.7). */
    private static byte[] constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        byte[] constant = new byte[3 + bytes.length];
        constant[0] = 1;
        constant[2] = (byte) bytes.length;
        System.arraycopy(bytes, 0, constant, 3, bytes.length);
        return constant;
    }
}
