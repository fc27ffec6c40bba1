// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import org.jspecify.annotations.Nullable;

/**
 * A normative statement of a specification, in our words.
 *
 * @param number as the specification numbers it, without its "MQTT-"
 * @param reason why no test of a server can prove it; null if one can
 */
record Statement(
        String number,
        String section,
        String paraphrase,
        @Nullable String reason) {

    static Statement parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length < 3 || fields.length > 4) {
            throw new IllegalArgumentException(
                    "number, section, paraphrase and perhaps a reason expected, got " + line);
        }
        String reason = fields.length == 4 ? fields[3].strip() : "";
        return new Statement(fields[0].strip(), fields[1].strip(), fields[2].strip(), reason.isEmpty() ? null : reason);
    }
}
