// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.crash.Attendance.Habit;
import java.util.ArrayList;
import java.util.List;

/**
 * Everybody who takes part in a run.
 *
 * <p>Used only on the loop's thread. Whoever there is one of speaks MQTT 5.0; of two, one speaks MQTT 3.1.1.
 */
final class Cast {

    private static final int PUBLISHERS = 8;
    private static final int TOPICS_OF_A_PUBLISHER = 2;
    private static final int RETAINED_PUBLISHERS = 2;
    private static final int TOPICS_OF_A_RETAINED_PUBLISHER = 4;
    private static final int MEMBERS = 3;
    private static final int TESTATORS = 2;
    private static final int SWITCHERS = 2;
    private static final int WINDOW = 20;
    private static final double RETAINED_SHARE = 0.1;

    private final Stage stage;
    private final List<Client> clients = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Audience> audiences = new ArrayList<>();

    /**
     * All of them.
     *
     * @param rate messages a second that all publishers together begin
     */
    Cast(Stage stage, double rate) {
        this.stage = stage;
        subscribe(addPublishers(rate));
        addRetained(rate * RETAINED_SHARE);
        addWills();
        for (int i = 0; i < SWITCHERS; i++) {
            clients.add(new Switcher(stage, version(i), "switcher-" + i));
        }
    }

    private static Version version(int index) {
        return index % 2 == 0 ? Version.MQTT_3_1_1 : Version.MQTT_5;
    }

    private List<Flow> addPublishers(double rate) {
        List<Flow> all = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            int qos = 1 + p / 2 % 2;
            List<Flow> flows = addFlows("/p/" + p + "/", TOPICS_OF_A_PUBLISHER, qos, false);
            String name = "publisher-" + p + "-qos-" + qos;
            clients.add(new Publisher(stage, version(p), name, flows, WINDOW, rate / PUBLISHERS));
            all.addAll(flows);
        }
        return all;
    }

    private List<Flow> addFlows(String parent, int count, int qos, boolean retained) {
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            flows.add(stage.flows.add(stage.root + parent + i, qos, retained));
        }
        return flows;
    }

    private void subscribe(List<Flow> flows) {
        String filter = stage.root + "/p/#";
        for (int i = 0; i < 2; i++) {
            addSubscriber("online-" + i, version(i), filter, 2, Habit.ONLINE, flows);
            addSubscriber("offline-" + i, version(i), filter, 2, Habit.OFFLINE, flows);
            addSubscriber("visitor-" + i, version(i), filter, 2, Habit.COMING_AND_GOING, flows);
        }
        addSubscriber("online-qos-1", Version.MQTT_5, filter, 1, Habit.ONLINE, flows);
        Audience group = audience("group", 2, false, Violation.LOST, flows);
        for (int i = 0; i < MEMBERS; i++) {
            Habit habit = i == 0 ? Habit.COMING_AND_GOING : Habit.ONLINE;
            add(new Subscriber(stage, Version.MQTT_5, "member-" + i, "$share/group/" + filter, group, habit));
        }
    }

    private void addSubscriber(String name, Version version, String filter, int qos, Habit habit, List<Flow> flows) {
        add(new Subscriber(stage, version, name, filter, audience(name, qos, true, Violation.LOST, flows), habit));
    }

    private void add(Subscriber subscriber) {
        subscribers.add(subscriber);
        clients.add(subscriber);
    }

    private Audience audience(String name, int qos, boolean ordered, Violation ifMissing, List<Flow> flows) {
        Audience audience = new Audience(name, qos, ordered, ifMissing, stage.findings);
        flows.forEach(audience::expect);
        audiences.add(audience);
        return audience;
    }

    private void addRetained(double rate) {
        List<Flow> all = new ArrayList<>();
        for (int p = 0; p < RETAINED_PUBLISHERS; p++) {
            List<Flow> flows = addFlows("/retained/" + p + "/", TOPICS_OF_A_RETAINED_PUBLISHER, 1 + p % 2, true);
            String name = "retained-" + p;
            clients.add(new Publisher(stage, version(p), name, flows, WINDOW / 4, rate / RETAINED_PUBLISHERS));
            all.addAll(flows);
        }
        clients.add(new RetainedCheck(stage, "retained-check", stage.root + "/retained/#", all));
    }

    private void addWills() {
        List<Flow> flows = addFlows("/will/", TESTATORS, 1, false);
        for (int i = 0; i < TESTATORS; i++) {
            clients.add(new Testator(stage, "testator-" + i, flows.get(i)));
        }
        Audience heirs = audience("heirs", 1, false, Violation.WILL, flows);
        add(new Subscriber(stage, Version.MQTT_5, "heir", stage.root + "/will/#", heirs, Habit.ONLINE));
    }

    void tick(long now) {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).tick(now);
        }
    }

    boolean isConnected() {
        return clients.stream().anyMatch(Client::isConnected);
    }

    /** Whether nobody waits for an answer. */
    boolean isSettled() {
        return clients.stream().allMatch(Client::isSettled);
    }

    boolean isComplete() {
        return subscribers.stream().allMatch(Subscriber::isComplete);
    }

    /** Names of those who still wait. */
    List<String> unsettled() {
        return clients.stream()
                .filter(client -> !client.isSettled())
                .map(client -> client.clientId)
                .toList();
    }

    /** Counts as lost what has not come. */
    void settle() {
        audiences.forEach(Audience::settle);
    }

    /** Breaks every connection that is left. */
    void scatter() {
        clients.forEach(Client::leaveAbruptly);
    }
}
