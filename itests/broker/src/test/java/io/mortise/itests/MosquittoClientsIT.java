// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** mosquitto_pub and mosquitto_sub, with each version of the protocol, at each QoS. */
public class MosquittoClientsIT {
    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        assumeTrue("mosquitto_sub is not installed", Command.exists("mosquitto_sub"));
        broker = new RunningBroker();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    public void shouldCarryAMessageInEveryVersionAtEveryQos() throws Exception {
        for (String version : List.of("mqttv31", "mqttv311", "mqttv5")) {
            for (String qos : List.of("0", "1", "2")) {
                String topic = "Kitchen/Fridge/Temperature/" + version + "/" + qos;
                try (Command sub = subscriber(version, qos, topic, "-C", "3")) {
                    for (int message = 1; message <= 3; message++) {
                        publish("-V", version, "-q", qos, "-t", topic, "-m", "4." + message);
                    }
                    sub.exitsWith(0);
                    assertEquals(List.of(topic + " 4.1", topic + " 4.2", topic + " 4.3"), published(sub));
                }
            }
        }
    }

    @Test
    public void shouldFillALevelWithPlusAndTheRestWithHash() throws Exception {
        try (Command lamps = subscriber("mqttv311", "1", "Bedroom/+/Lamp", "-C", "2");
                Command lighting = subscriber("mqttv311", "1", "Bedroom/Lighting/#", "-C", "3");
                Command parent = subscriber("mqttv311", "1", "Bedroom", "-C", "1")) {
            publish("-q", "1", "-t", "Bedroom/Left/Lamp", "-m", "on");
            publish("-q", "1", "-t", "Bedroom/Lighting/Lamp", "-m", "off");
            publish("-q", "1", "-t", "Bedroom/Lighting/Ceiling/Left", "-m", "dim");
            publish("-q", "1", "-t", "Bedroom/Lighting", "-m", "all");
            publish("-q", "1", "-t", "Bedroom", "-m", "itself");
            lamps.exitsWith(0);
            lighting.exitsWith(0);
            parent.exitsWith(0);
            assertEquals(List.of("Bedroom/Left/Lamp on", "Bedroom/Lighting/Lamp off"), published(lamps));
            assertEquals(
                    List.of("Bedroom/Lighting/Lamp off", "Bedroom/Lighting/Ceiling/Left dim", "Bedroom/Lighting all"),
                    published(lighting));
            assertEquals(List.of("Bedroom itself"), published(parent));
        }
    }

    @Test
    public void shouldSendTheRetainedMessageToWhoeverComesLater() throws Exception {
        publish("-q", "1", "-r", "-t", "Cellar/Humidity", "-m", "71");
        assertEquals(
                List.of("Cellar/Humidity 71"),
                Command.run("mosquitto_sub", "-p", port(), "-t", "Cellar/#", "-v", "-C", "1"));
        publish("-q", "1", "-r", "-t", "Cellar/Humidity", "-n");
        try (Command none = new Command("mosquitto_sub", "-p", port(), "-t", "Cellar/#", "-v", "-W", "1")) {
            none.exitsWith(27); // timed out
            assertEquals(List.of(), none.output());
        }
    }

    @Test
    public void shouldPublishTheWillOfAClientThatIsKilled() throws Exception {
        try (Command watcher = subscriber("mqttv5", "1", "Wills/+", "-C", "1")) {
            try (Command dying = new Command(
                    "stdbuf",
                    "-oL",
                    "mosquitto_sub",
                    "-d",
                    "-p",
                    port(),
                    "-V",
                    "mqttv5",
                    "-q",
                    "1",
                    "-t",
                    "Nothing/Here",
                    "-i",
                    "dying",
                    "--will-topic",
                    "Wills/dying",
                    "--will-payload",
                    "gone",
                    "--will-qos",
                    "1")) {
                dying.line(line -> line.contains("SUBACK"));
                dying.kill();
            }
            watcher.exitsWith(0);
            assertEquals(List.of("Wills/dying gone"), published(watcher));
        }
    }

    @Test
    public void shouldKeepMessagesForASessionWhoseClientIsAway() throws Exception {
        for (String version : List.of("mqttv311", "mqttv5")) {
            String topic = "Kept/" + version;
            String[] session = {"mosquitto_sub", "-p", port(), "-V", version, "-i", "away-" + version, "-c", "-q", "2"};
            Command.run(with(session, "-x", "3600", "-t", topic, "-E"));
            for (int message = 0; message < 10; message++) {
                publish("-q", "2", "-t", topic, "-m", Integer.toString(message));
            }
            assertEquals(
                    List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                    Command.run(with(session, "-x", "3600", "-t", topic, "-C", "10")));
        }
    }

    @Test
    public void shouldPassPropertiesOn() throws Exception {
        String[] subscription = {"-D", "subscribe", "subscription-identifier", "7"};
        String[] format = {"-C", "1", "-F", "%t %C %D %R %P %S %p"};
        try (Command sub = subscriber("mqttv5", "1", "Garden/Frost", with(subscription, format))) {
            publish(with(
                    new String[] {"-V", "mqttv5", "-q", "1", "-t", "Garden/Frost", "-m", "-2"},
                    with(property("content-type", "text/plain"), property("response-topic", "Garden/Answer")),
                    property("correlation-data", "42"),
                    new String[] {"-D", "publish", "user-property", "unit", "celsius"}));
            sub.exitsWith(0);
            assertEquals(
                    List.of("Garden/Frost text/plain 42 Garden/Answer unit:celsius 7 -2"),
                    published(sub).stream()
                            .map(line -> line.replaceAll(" +", " "))
                            .toList());
        }
    }

    @Test
    public void shouldShareASubscription() throws Exception {
        for (String version : List.of("mqttv311", "mqttv5")) {
            try (Command one = subscriber(version, "1", "$share/house/Doors/" + version, "-C", "5");
                    Command two = subscriber(version, "1", "$share/house/Doors/" + version, "-C", "5")) {
                for (int message = 0; message < 10; message++) {
                    publish("-V", version, "-q", "1", "-t", "Doors/" + version, "-m", Integer.toString(message));
                }
                one.exitsWith(0); // five each: the turns are fair
                two.exitsWith(0);
                assertEquals(
                        10,
                        Stream.concat(published(one).stream(), published(two).stream())
                                .distinct()
                                .count());
            }
        }
    }

    private static String[] property(String name, String value) {
        return new String[] {"-D", "publish", name, value};
    }

    private static String[] with(String[] words, String[] more, String[] evenMore, String[] last) {
        return with(with(with(words, more), evenMore), last);
    }

    private static String[] with(String[] words, String... more) {
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    /** A subscriber whose subscription is acknowledged; stdbuf lets it print that at once into a pipe too. */
    private static Command subscriber(String version, String qos, String filter, String... more) throws Exception {
        String[] words = {
            "stdbuf", "-oL", "mosquitto_sub", "-d", "-v", "-p", port(), "-V", version, "-q", qos, "-t", filter
        };
        Command sub = new Command(with(words, more));
        try {
            sub.line(line -> line.startsWith("Subscribed"));
            return sub;
        } catch (InterruptedException | RuntimeException | Error failure) {
            sub.close(); // nobody else can
            throw failure;
        }
    }

    private static List<String> published(Command sub) {
        return sub.output().stream()
                .filter(line -> !line.startsWith("Client ") && !line.startsWith("Subscribed"))
                .toList();
    }

    private static void publish(String... words) throws Exception {
        Command.run(with(new String[] {"mosquitto_pub", "-p", port()}, words));
    }

    private static String port() {
        return Integer.toString(broker.port());
    }
}
