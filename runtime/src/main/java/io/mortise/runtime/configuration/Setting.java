// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

/** One value given on the command line, as {@code --set PID:KEY=VALUE}. Immutable. */
public record Setting(String pid, String key, String value) {

    /**
     * Reads {@code PID:KEY=VALUE}.
     *
     * @throws IllegalArgumentException if {@code text} is not that
     */
    public static Setting parse(String text) {
        int colon = text.indexOf(':');
        int equals = text.indexOf('=', colon + 1);
        if (colon < 1 || equals < 0 || text.substring(colon + 1, equals).isBlank()) {
            throw new IllegalArgumentException(text);
        }
        return new Setting(
                text.substring(0, colon).strip(),
                text.substring(colon + 1, equals).strip(),
                text.substring(equals + 1).strip());
    }

    @Override
    public String toString() {
        return "--set " + pid + ":" + key + "=" + value;
    }
}
