// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import java.util.stream.Stream;

/** Names that have meant more than themselves to some broker. */
final class Hostile {

    private Hostile() {}

    static Stream<String> names() {
        return Stream.of(
                "+",
                "#",
                "/",
                "+/+",
                "a/b",
                "a/#",
                "$",
                "$SYS",
                "$share/g/a",
                "$internal/sys",
                "%c",
                "%u",
                "%{a}",
                "%",
                ".",
                "*",
                ".*",
                "(",
                ")",
                "[",
                "]",
                "[a-z]",
                "\\",
                "\\Q",
                "*)(uid=*",
                "' OR '1'='1",
                "..",
                "../../users",
                " ",
                "\uFEFF",
                "a\u0000b",
                "x".repeat(65_535));
    }
}
