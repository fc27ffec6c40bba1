// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

/**
 * A bundle to install. Immutable.
 *
 * @param startLevel when it is started
 * @param sha256 the checksum of its file, in lower-case hexadecimal
 * @param path its file, relative to the repository, with {@code /}
 */
public record PlannedBundle(int startLevel, String sha256, String path) {}
