// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import io.mortise.api.connection.Broker;
import io.mortise.api.connection.BrokerAdmin;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the broker's numbers, as a client within its process.
 *
 * <p>Everything happens on one thread of its own. A broker may leave and come back, or another may take its place: it is told
 * everything anew. When this ends, what it has published is taken back.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.mortise.sys.topics")
@Designate(ocd = SysTopics.Config.class)
public final class SysTopics {
    private static final Logger LOG = LoggerFactory.getLogger(SysTopics.class);

    private static final int END_SECONDS = 5;

    /** What is configured. */
    @ObjectClassDefinition(
            name = "$SYS topics",
            description = "The broker's numbers as retained messages in topics that begin with $SYS/broker")
    @interface Config {
        @AttributeDefinition(
                description =
                        "Seconds between two looks at the numbers; what has changed is published. 0 publishes none",
                min = "0",
                max = "86400")
        int interval_seconds() default 10;
    }

    private final ScheduledThreadPoolExecutor thread;
    private final int intervalSeconds;
    private final String version;

    // on the thread
    private @Nullable BrokerAdmin admin;
    private @Nullable InsideClient client;
    private Report report;

    @Activate
    public SysTopics(BundleContext context, Config config) {
        this(context.getBundle().getVersion().toString(), config.interval_seconds());
    }

    SysTopics(String version, int intervalSeconds) {
        this.version = version;
        this.intervalSeconds = intervalSeconds;
        this.report = new Report(version, intervalSeconds);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread sys = new Thread(task, "mortise-sys-topics");
            sys.setDaemon(true);
            return sys;
        });
        thread.setRemoveOnCancelPolicy(true);
        if (intervalSeconds > 0) {
            thread.scheduleAtFixedRate(this::tick, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroker(Broker next) {
        if (intervalSeconds > 0) {
            thread.execute(() -> connect(next));
        }
    }

    /** Returns when nothing of the broker is used here any more. */
    void unbindBroker(Broker gone) {
        await(() -> {
            InsideClient before = client;
            if (before != null && before.isOf(gone)) {
                client = null;
                before.abandon();
            }
        });
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAdmin(BrokerAdmin next) {
        await(() -> admin = next);
    }

    void unbindAdmin(BrokerAdmin gone) {
        await(() -> {
            if (admin == gone) {
                admin = null;
            }
        });
    }

    /** Takes back what was published, and ends the thread. */
    @Deactivate
    void close() {
        await(() -> {
            InsideClient last = client;
            client = null;
            if (last != null) {
                report.topics().forEach(last::withdraw);
                last.leave();
            }
        });
        thread.shutdown(); // what the broker still has to do on the thread of its connection is done
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
                LOG.error("The thread mortise-sys-topics does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Broker next) {
        InsideClient before = client;
        if (before != null) {
            before.abandon();
        }
        report = new Report(version, intervalSeconds); // this broker counts from its own beginning
        client = new InsideClient(next, thread);
        client.connect(this::tick);
    }

    void tick() {
        BrokerAdmin asked = admin;
        InsideClient present = client;
        if (present != null && present.isLost()) {
            connect(present.broker()); // a connection that ended, or was not let in, is not the last word
            return;
        }
        if (asked == null || present == null || !present.isReady()) {
            return;
        }
        try {
            report.update(asked.statistics(), present::publish);
            present.pause();
        } catch (Throwable failure) { // a periodic task that throws is not run again
            LOG.error("The broker's numbers cannot be published; trying again in {} s", intervalSeconds, failure);
        }
    }

    private void await(Runnable step) {
        if (thread.isShutdown()) {
            return; // SCR unbinds after it has deactivated: close() has let go of everything
        }
        try {
            thread.submit(step).get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            LOG.error("The thread mortise-sys-topics did not do what it was asked", failure);
        }
    }
}
