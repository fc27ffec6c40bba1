// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The scenarios that a command line asks for: each shape with each QoS. */
final class Matrix {

    private Matrix() {}

    static List<Scenario> of(Options options) {
        List<Shape> shapes = options.list("scenarios", "fan-in,fan-out,pairs").stream()
                .map(Shape::of)
                .toList();
        List<Integer> levels =
                options.list("qos", "0,1,2").stream().map(Integer::valueOf).toList();
        int clients = options.smallNumber("clients", 50);
        int payloadLength = options.smallNumber("payload", 64);
        boolean clean = isClean(options);
        int window = options.smallNumber("window", 1000);
        int inflight = options.smallNumber("inflight", 100);
        long rate = options.number("rate", 0);
        long count = options.number("count", 0);
        Duration warmUp = options.seconds("warm-up", 5);
        Duration measured = options.seconds("seconds", 5);
        Duration coalesce = Duration.of(options.number("coalesce-micros", 500), ChronoUnit.MICROS);
        List<Scenario> scenarios = new ArrayList<>();
        for (Shape shape : shapes) {
            for (int qos : levels) {
                scenarios.add(new Scenario(
                        shape,
                        qos,
                        clients,
                        payloadLength,
                        clean,
                        window,
                        inflight,
                        rate,
                        count,
                        warmUp,
                        measured,
                        coalesce));
            }
        }
        return scenarios;
    }

    /** Whether the sessions are to end with their connections. */
    static boolean isClean(Options options) {
        String sessions = options.text("sessions", "clean");
        return switch (sessions) {
            case "clean" -> true;
            case "persistent" -> false;
            default -> throw new IllegalArgumentException("sessions clean or persistent expected, not " + sessions);
        };
    }
}
