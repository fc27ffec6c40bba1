// SPDX-License-Identifier: Apache-2.0
/**
 * Every normative statement of MQTT 3.1.1 and MQTT 5.0, with the test that proves it or the reason why none can.
 *
 * <p>A test is a transcript: what a client writes, and what the broker answers, byte by byte.
 *
 * <pre>
 *   mqtt-3.1.1.tsv, mqtt-5.0.tsv   the statements          ConnectIT, PublishIT …  the tests
 *            Specification ── Statement                        @Mqtt311, @Mqtt5 ── Proofs
 *                                 └────────── Table, TableIT ───────┘
 * </pre>
 */
@NullMarked
package io.mortise.itests.conformance;

import org.jspecify.annotations.NullMarked;
