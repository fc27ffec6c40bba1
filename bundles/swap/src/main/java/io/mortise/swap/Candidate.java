// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A bundle that may be installed: a file that nobody else writes, and what its manifest says. Immutable; any thread.
 *
 * @param file the file
 * @param symbolicName the bundle's name
 * @param version its version
 * @param sha256 the checksum of the file, in hexadecimal digits
 * @param stopsFirst whether the version before has to be stopped before this one is started, because both would want
 *     something that only one can have, a port or a file
 * @param exports the packages that it exports
 */
record Candidate(
        Path file, String symbolicName, Version version, String sha256, boolean stopsFirst, Set<String> exports) {

    /** The header that says how a bundle wants to be swapped, if not side by side while the operator waits. */
    static final String SWAP_HEADER = "Mortise-Swap";

    /** It cannot run beside another version of itself. */
    static final String STOP_FIRST = "stop-first";

    /** The shell ends with it, so nobody can wait for it there. */
    static final String UNATTENDED = "unattended";

    /**
     * Reads what a file says of itself.
     *
     * @throws SwapFailure if it is no bundle that can be installed
     */
    static Candidate read(Path file, String name) throws IOException {
        Manifest manifest;
        try (JarFile jar = new JarFile(file.toFile())) {
            manifest = jar.getManifest();
        } catch (ZipException damaged) {
            throw new SwapFailure(name + " is no jar: " + damaged.getMessage(), damaged);
        }
        Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
        String symbolicName = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (symbolicName == null) {
            throw new SwapFailure(name + " is no OSGi bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
        }
        if (headers.getValue(Constants.FRAGMENT_HOST) != null) {
            throw new SwapFailure(name + " is a fragment, which joins its host at the next start only; put it into a"
                    + " feature and assemble");
        }
        return new Candidate(
                file,
                symbolicName.split(";", 2)[0].strip(),
                version(headers.getValue(Constants.BUNDLE_VERSION), name),
                sha256(file),
                isMarked(headers.getValue(SWAP_HEADER), STOP_FIRST),
                packages(headers.getValue(Constants.EXPORT_PACKAGE)));
    }

    /** The same in another file. */
    Candidate in(Path other) {
        return new Candidate(other, symbolicName, version, sha256, stopsFirst, exports);
    }

    /** The names in a header of packages: before the attributes of a clause, of which one may have several names. */
    private static Set<String> packages(@Nullable String header) {
        Set<String> packages = new TreeSet<>();
        if (header != null) {
            for (String clause : header.replaceAll("\"[^\"]*\"", "").split(",")) { // commas in quotes separate nothing
                Arrays.stream(clause.split(";"))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty() && !part.contains("="))
                        .forEach(packages::add);
            }
        }
        return packages;
    }

    private static Version version(String text, String name) {
        try {
            return Version.parseVersion(text);
        } catch (IllegalArgumentException malformed) {
            throw new SwapFailure(
                    name + " has a version that is none: major.minor.micro.qualifier expected, got " + text, malformed);
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether a header has this word. */
    static boolean isMarked(@Nullable String header, String word) {
        return header != null && List.of(header.split("\\s*,\\s*")).contains(word);
    }

    /** How a person calls it: name and version. */
    String label() {
        return symbolicName + " " + version;
    }
}
