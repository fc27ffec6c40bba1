// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

/** What a broker may do wrong; one column of the table each. */
enum Violation {
    LOST("lost"),
    TWICE("twice at QoS 2"),
    MISORDERED("misordered"),
    DAMAGED("damaged or never sent"),
    RETAINED("retained wrong"),
    SUBSCRIPTION("subscriptions wrong"),
    WILL("wills lost"),
    SESSION("session present wrong"),
    PROTOCOL("packets unexpected"),
    SERVICE("not back");

    final String column;

    Violation(String column) {
        this.column = column;
    }
}
