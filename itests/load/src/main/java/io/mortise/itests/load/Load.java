// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line.
 *
 * <p>Results go to the standard output as Markdown, everything else to the standard error. Exits with 1 when something failed
 * and with 2 when the command line was wrong.
 */
public final class Load {

    private static final String USAGE = """
            load run     [--host 127.0.0.1] [--port 1883] [--pid PID]      against a running broker
            load run     --broker NAME=COMMAND ...                         against brokers that are started for it, once each
            load compare --broker NAME=COMMAND --broker NAME=COMMAND ...   by turns, each against the first [--rounds 3]
            load idle    which broker: as for run; [--connections 10000] [--subscribe true] [--hold 10] [--sessions clean]
            load storm   --broker NAME=COMMAND ... [--connections 10000] [--within 10] [--username storm] [--password storm],
                         [--visitors 0] who come and go before, and as for run; at a rate
                         what clients that connect with a password do to those that are connected
            load connects [--host] [--port] and as for storm                the storm alone, against a running broker
            load relay   [--port 1883]                                     the ceiling: serve in place of a broker

            run, compare: [--scenarios fan-in,fan-out,pairs] [--qos 0,1,2] [--clients 50] [--payload 64]
                          [--sessions clean] [--window 1000] [--inflight 100] [--rate 0] [--count 0]
                          [--warm-up 5] [--seconds 5] [--coalesce-micros 500]
            [--websocket NAME] ... of a broker, which is "broker" for one that is running: its port speaks WebSocket
            COMMAND is a line for sh; in it {port} is the port to listen on, {spare} another free port,
            {data} an empty directory, and {conf} a Mosquitto configuration with that port.
            """;

    /** How a broker is called that nobody started for this. */
    private static final String RUNNING = "broker";

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private Load() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        try {
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException("a command expected");
            }
            Options options = new Options(arguments.subList(1, arguments.size()));
            return switch (arguments.get(0)) {
                case "run" -> measure(options);
                case "compare" -> compare(options);
                case "idle" -> idle(options);
                case "storm" -> storm(options);
                case "connects" -> connects(options);
                case "relay" -> relay(options);
                default -> throw new IllegalArgumentException("no command " + arguments.get(0));
            };
        } catch (IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage() + "\n\n" + USAGE);
            return WRONG_USE;
        } catch (IOException e) {
            System.err.println("\nload: " + e.getMessage());
            return FAILED;
        }
    }

    private static int measure(Options options) throws IOException {
        List<String> webSockets = options.all("websocket");
        Map<String, BrokerProcess.Launch> commands = commands(options, webSockets);
        List<Scenario> scenarios = Matrix.of(options);
        Broker running = running(options, webSockets);
        options.end();
        Series series;
        if (commands.isEmpty()) {
            series = new Series(scenarios.size());
            scenarios.forEach(scenario -> series.run(scenario, running, 0));
        } else {
            series = Compare.run(commands, scenarios, 1);
        }
        List<String> brokers = commands.isEmpty() ? List.of(running.name()) : List.copyOf(commands.keySet());
        System.out.println(Report.details(brokers, scenarios, series.results()));
        return series.isComplete() ? OK : FAILED;
    }

    private static int compare(Options options) throws IOException {
        List<String> webSockets = options.all("websocket");
        Map<String, BrokerProcess.Launch> commands = commands(options, webSockets);
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("--broker NAME=COMMAND expected");
        }
        List<Scenario> scenarios = Matrix.of(options);
        int rounds = options.smallNumber("rounds", 3);
        options.end();
        Series series = Compare.run(commands, scenarios, rounds);
        List<String> brokers = new ArrayList<>(commands.keySet());
        System.out.println(Report.comparison(brokers, scenarios, series.results()));
        System.out.println(Report.details(brokers, scenarios, series.results()));
        return series.isComplete() ? OK : FAILED;
    }

    private static int idle(Options options) throws IOException {
        List<String> webSockets = options.all("websocket");
        Map<String, BrokerProcess.Launch> commands = commands(options, webSockets);
        int connections = options.smallNumber("connections", 10_000);
        boolean subscribing = Boolean.parseBoolean(options.text("subscribe", "true"));
        Duration hold = options.seconds("hold", 10);
        boolean clean = Matrix.isClean(options);
        Broker running = running(options, webSockets);
        options.end();
        List<Idle.Outcome> outcomes = new ArrayList<>();
        if (commands.isEmpty()) {
            outcomes.add(Idle.run(connections, subscribing, clean, hold, running));
        }
        for (Map.Entry<String, BrokerProcess.Launch> command : commands.entrySet()) {
            try (BrokerProcess process = BrokerProcess.start(command.getKey(), command.getValue())) {
                outcomes.add(Idle.run(connections, subscribing, clean, hold, process.broker()));
            }
        }
        System.out.println(Report.idle(outcomes));
        return outcomes.stream().allMatch(outcome -> outcome.alive() == outcome.connections()) ? OK : FAILED;
    }

    private static int storm(Options options) throws IOException {
        Map<String, BrokerProcess.Launch> commands = commands(options, List.of());
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("--broker NAME=COMMAND expected");
        }
        List<Scenario> scenarios = Matrix.of(options);
        if (scenarios.stream().anyMatch(scenario -> scenario.rate() == 0)) {
            throw new IllegalArgumentException(
                    "--rate expected: a broker that has as much to do as it can is slow already");
        }
        StormRun.Kind kind = kind(options, options.smallNumber("visitors", 0));
        options.end();
        List<StormRun.Outcome> outcomes = new ArrayList<>();
        Progress progress = new Progress();
        for (Map.Entry<String, BrokerProcess.Launch> command : commands.entrySet()) {
            try (BrokerProcess process = BrokerProcess.start(command.getKey(), command.getValue())) {
                for (Scenario scenario : scenarios) {
                    outcomes.add(StormRun.run(scenario, process.broker(), kind, progress));
                }
            }
        }
        System.out.println(Report.storm(outcomes));
        return OK;
    }

    private static int connects(Options options) throws IOException {
        InetSocketAddress address = running(options, List.of()).address();
        StormRun.Kind kind = kind(options, 0);
        options.end();
        System.out.println(Storm.run(address, kind.connections(), kind.within(), kind.username(), kind.password()));
        return OK;
    }

    private static StormRun.Kind kind(Options options, int visitors) {
        return new StormRun.Kind(
                options.smallNumber("connections", 10_000),
                options.seconds("within", 10),
                options.text("username", "storm"),
                options.text("password", "storm"),
                visitors);
    }

    private static int relay(Options options) throws IOException {
        int port = options.smallNumber("port", 1883);
        options.end();
        try (Relay relay = new Relay(port)) {
            relay.serve();
        }
        return OK;
    }

    private static Broker running(Options options, List<String> webSockets) {
        InetSocketAddress address =
                new InetSocketAddress(options.text("host", "127.0.0.1"), options.smallNumber("port", 1883));
        return new Broker(
                RUNNING, address, webSockets.contains(RUNNING), options.number("pid", Broker.UNKNOWN_PROCESS), null);
    }

    private static Map<String, BrokerProcess.Launch> commands(Options options, List<String> webSockets) {
        Map<String, BrokerProcess.Launch> commands = new LinkedHashMap<>();
        for (String broker : options.all("broker")) {
            int equals = broker.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("NAME=COMMAND expected, not " + broker);
            }
            String name = broker.substring(0, equals);
            commands.put(name, new BrokerProcess.Launch(broker.substring(equals + 1), webSockets.contains(name)));
        }
        for (String name : webSockets) {
            if (!(commands.isEmpty() ? name.equals(RUNNING) : commands.containsKey(name))) {
                throw new IllegalArgumentException("--websocket expects the name of a broker, not " + name);
            }
        }
        return commands;
    }
}
