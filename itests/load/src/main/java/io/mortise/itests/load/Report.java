// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Results as Markdown.
 *
 * <p>Any thread; nothing here has state. Where a scenario ran several times, speeds, costs and latencies are medians, faults are sums,
 * and memory is the most of all.
 */
final class Report {

    private static final String NOTHING = "-";

    private Report() {}

    /** One row a scenario: what each broker does, and each against the first. */
    static String comparison(List<String> brokers, List<Scenario> scenarios, List<Result> results) {
        String peer = brokers.get(0);
        List<String> head = new ArrayList<>(List.of("scenario"));
        brokers.forEach(broker -> head.add(broker + " msg/s"));
        brokers.forEach(broker -> head.add(broker + " CPU s/M"));
        brokers.stream().skip(1).forEach(broker -> head.add(broker + " : " + peer + " msg per CPU s"));
        Table table = new Table(head);
        for (Scenario scenario : scenarios) {
            List<String> row = new ArrayList<>(List.of(scenario.label()));
            brokers.forEach(broker -> row.add(count(median(of(results, broker, scenario), Result::messagesPerSecond))));
            brokers.forEach(broker ->
                    row.add(decimal(median(of(results, broker, scenario), Result::brokerCpuPerMillion), 2)));
            brokers.stream()
                    .skip(1)
                    .forEach(broker -> row.add(ratio(of(results, peer, scenario), of(results, broker, scenario))));
            table.add(row);
        }
        return table.toString();
    }

    /** One row for each scenario and broker: all that was seen. */
    static String details(List<String> brokers, List<Scenario> scenarios, List<Result> results) {
        Table table = new Table(List.of(
                "scenario, broker",
                "msg/s",
                "CPU s/M",
                "cores",
                "load CPU s/M",
                "load cores",
                "p50 ms",
                "p99 ms",
                "ack p50 ms",
                "p99 ms",
                "written / payload",
                "on device",
                "RSS MiB before",
                "after",
                "peak",
                "expected",
                "lost",
                "dup",
                "late",
                "damaged",
                "open"));
        for (Scenario scenario : scenarios) {
            for (String broker : brokers) {
                table.add(details(scenario.label() + ", " + broker, of(results, broker, scenario)));
            }
        }
        return table.toString();
    }

    private static List<String> details(String label, List<Result> runs) {
        return List.of(
                label,
                count(median(runs, Result::messagesPerSecond)),
                decimal(median(runs, Result::brokerCpuPerMillion), 2),
                decimal(median(runs, Result::brokerCores), 2),
                decimal(median(runs, Result::ownCpuPerMillion), 2),
                decimal(median(runs, Result::ownCores), 2),
                decimal(median(runs, run -> run.latency().p50Millis()), 1),
                decimal(median(runs, run -> run.latency().p99Millis()), 1),
                decimal(median(runs, run -> run.acknowledgement().p50Millis()), 1),
                decimal(median(runs, run -> run.acknowledgement().p99Millis()), 1),
                decimal(median(runs, run -> run.written().processPerPayload()), 2),
                decimal(median(runs, run -> run.written().devicePerPayload()), 2),
                mebibytes(most(runs, run -> run.memory().before())),
                mebibytes(most(runs, run -> run.memory().after())),
                mebibytes(most(runs, run -> run.memory().peak())),
                sum(runs, run -> run.faults().expected()),
                sum(runs, run -> run.faults().lost()),
                sum(runs, run -> run.faults().duplicates()),
                sum(runs, run -> run.faults().late()),
                sum(runs, run -> run.faults().damaged()),
                sum(runs, run -> run.faults().settled() ? 0 : 1));
    }

    static String storm(List<StormRun.Outcome> outcomes) {
        Table table = new Table(List.of(
                "broker, scenario", "", "msg/s", "p50 ms", "p99 ms", "p99 : quiet", "lost", "broker cores", "storm"));
        for (StormRun.Outcome outcome : outcomes) {
            String title = outcome.broker() + ", " + outcome.scenario();
            addStormRow(table, title, "quiet", outcome.quiet(), outcome.quiet(), "");
            int storms = 0;
            for (StormRun.Stormy stormy : outcome.storms()) {
                addStormRow(table, title, "storm " + ++storms, stormy.result(), outcome.quiet(), stormy.storm());
            }
        }
        return table.toString();
    }

    private static void addStormRow(
            Table table, String title, String which, Result result, Result quiet, String storm) {
        table.add(List.of(
                title,
                which,
                count(result.messagesPerSecond()),
                decimal(result.latency().p50Millis(), 2),
                decimal(result.latency().p99Millis(), 2),
                decimal(result.latency().p99Millis() / quiet.latency().p99Millis(), 2),
                count(result.faults().lost()),
                decimal(result.brokerCores(), 2),
                storm));
    }

    static String idle(List<Idle.Outcome> outcomes) {
        Table table = new Table(List.of(
                "broker",
                "connections",
                "alive",
                "opened in s",
                "RSS MiB with 100",
                "with all",
                "after holding",
                "bytes per connection",
                "KiB written while at rest",
                "KiB of data"));
        for (Idle.Outcome outcome : outcomes) {
            table.add(List.of(
                    outcome.broker(),
                    count(outcome.connections()),
                    count(outcome.alive()),
                    decimal(outcome.openSeconds(), 2),
                    mebibytes(outcome.before()),
                    mebibytes(outcome.opened()),
                    mebibytes(outcome.after()),
                    count(outcome.bytesPerConnection()),
                    kibibytes(outcome.writtenAtRest()),
                    kibibytes(outcome.data())));
        }
        return table.toString();
    }

    private static List<Result> of(List<Result> results, String broker, Scenario scenario) {
        Predicate<Result> wanted =
                result -> result.broker().equals(broker) && result.scenario().equals(scenario);
        return results.stream().filter(wanted).toList();
    }

    // Each round is compared with itself, then the median is taken: what disturbs a round disturbs both of its brokers.
    private static String ratio(List<Result> peer, List<Result> other) {
        List<Double> ratios = new ArrayList<>();
        for (Result theirs : peer) {
            other.stream()
                    .filter(ours -> ours.round() == theirs.round())
                    .forEach(ours -> ratios.add(theirs.brokerCpuPerMillion() / ours.brokerCpuPerMillion()));
        }
        return decimal(median(ratios), 2);
    }

    private static double median(List<Result> runs, ToDoubleFunction<Result> figure) {
        return median(runs.stream().mapToDouble(figure).boxed().toList());
    }

    /** The middle of the sorted figures, or the mean of the two in the middle; NaN when there are none. */
    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int size = sorted.size();
        return size == 0 ? Double.NaN : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    private static long most(List<Result> runs, ToLongFunction<Result> figure) {
        return runs.stream().mapToLong(figure).max().orElse(0);
    }

    private static String sum(List<Result> runs, ToLongFunction<Result> figure) {
        return runs.isEmpty() ? NOTHING : count(runs.stream().mapToLong(figure).sum());
    }

    private static String count(double figure) {
        return Double.isNaN(figure) ? NOTHING : String.format(Locale.ROOT, "%,.0f", figure);
    }

    private static String decimal(double figure, int digits) {
        return Double.isNaN(figure) ? NOTHING : String.format(Locale.ROOT, "%." + digits + "f", figure);
    }

    private static String mebibytes(long bytes) {
        return bytes == 0 ? NOTHING : decimal(bytes / 1048576.0, 1);
    }

    private static String kibibytes(long bytes) {
        return decimal(bytes / 1024.0, 0);
    }
}
