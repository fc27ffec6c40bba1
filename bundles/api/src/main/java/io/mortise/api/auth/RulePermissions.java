// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** What the rules allow to one client. Immutable; any thread. Its answers allocate nothing. */
final class RulePermissions implements Permissions {

    private static final TopicRule[] NO_RULES = {};

    /** Nothing at all, whatever another authorizer allows. */
    static final Permissions NOTHING = new Nothing();

    private final TopicRule[] denied;
    private final TopicRule[] readable;
    private final TopicRule[] writable;
    private final boolean inPart;

    private RulePermissions(Builder builder) {
        denied = builder.denied.toArray(NO_RULES);
        readable = builder.readable.toArray(NO_RULES);
        writable = builder.writable.toArray(NO_RULES);
        inPart = builder.inPart;
    }

    /** Gathers the rules that are about one client. Used by one thread. */
    static final class Builder {
        private final List<TopicRule> denied = new ArrayList<>();
        private final List<TopicRule> readable = new ArrayList<>();
        private final List<TopicRule> writable = new ArrayList<>();
        private final boolean inPart;

        Builder(boolean inPart) {
            this.inPart = inPart;
        }

        void add(Access access, TopicRule topics) {
            if (access == Access.DENY) {
                denied.add(topics);
            }
            if (access.reads()) {
                readable.add(topics);
            }
            if (access.writes()) {
                writable.add(topics);
            }
        }

        Permissions build() {
            return new RulePermissions(this);
        }
    }

    @Override
    public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
        return matches(writable, topic) && !deniesPublish(topic, qos, retain);
    }

    @Override
    public boolean mayReceive(Topic topic) {
        return matches(readable, topic) && !deniesReceive(topic);
    }

    /**
     * {@inheritDoc}
     *
     * <p>One rule has to allow all of the filter, and none may deny any of it; in part, it is enough that something of it is
     * allowed and not all denied: {@link #mayReceive} keeps back the rest.
     */
    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return (inPart ? overlaps(readable, filter) : contains(readable, filter)) && !deniesSubscribe(filter);
    }

    @Override
    public boolean deniesPublish(Topic topic, Qos qos, boolean retain) {
        return matches(denied, topic);
    }

    @Override
    public boolean deniesReceive(Topic topic) {
        return matches(denied, topic);
    }

    @Override
    public boolean deniesSubscribe(TopicFilter filter) {
        return inPart ? contains(denied, filter) : overlaps(denied, filter);
    }

    @Override
    public String rule(Access access, TopicFilter topics) {
        for (TopicRule rule : denied) {
            if (inPart && access.reads() ? rule.contains(topics) : rule.overlaps(topics)) {
                return Access.DENY + " " + rule;
            }
        }
        for (TopicRule rule : access.writes() ? writable : readable) {
            if (inPart && access.reads() ? rule.overlaps(topics) : rule.contains(topics)) {
                return access + " " + rule;
            }
        }
        return "";
    }

    private static boolean matches(TopicRule[] rules, Topic topic) {
        for (TopicRule rule : rules) {
            if (rule.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(TopicRule[] rules, TopicFilter filter) {
        for (TopicRule rule : rules) {
            if (rule.contains(filter)) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlaps(TopicRule[] rules, TopicFilter filter) {
        for (TopicRule rule : rules) {
            if (rule.overlaps(filter)) {
                return true;
            }
        }
        return false;
    }

    private static final class Nothing implements Permissions {

        @Override
        public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
            return false;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return false;
        }

        @Override
        public boolean mayReceive(Topic topic) {
            return false;
        }

        @Override
        public boolean deniesPublish(Topic topic, Qos qos, boolean retain) {
            return true;
        }

        @Override
        public boolean deniesSubscribe(TopicFilter filter) {
            return true;
        }

        @Override
        public boolean deniesReceive(Topic topic) {
            return true;
        }
    }
}
