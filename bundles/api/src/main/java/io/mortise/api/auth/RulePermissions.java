// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** What the rules allow to one client. Immutable; any thread. Its answers allocate nothing. */
final class RulePermissions implements Permissions {

    /** Nothing at all, whatever another authorizer allows. */
    static final Permissions NOTHING = new Nothing();

    private final TopicRuleSet denied;
    private final TopicRuleSet readable;
    private final TopicRuleSet writable;
    private final boolean inPart;

    private RulePermissions(Builder builder) {
        denied = new TopicRuleSet(builder.denied);
        readable = new TopicRuleSet(builder.readable);
        // mostly what may be read may be written
        writable = builder.writable.equals(builder.readable) ? readable : new TopicRuleSet(builder.writable);
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
        return writable.matches(topic) && !deniesPublish(topic, qos, retain);
    }

    @Override
    public boolean mayReceive(Topic topic) {
        return readable.matches(topic) && !deniesReceive(topic);
    }

    /**
     * {@inheritDoc}
     *
     * <p>One rule has to allow all of the filter, and none may deny any of it; in part, it is enough that something of it is
     * allowed and not all denied: {@link #mayReceive} keeps back the rest.
     */
    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return (inPart ? readable.overlaps(filter) : readable.contains(filter)) && !deniesSubscribe(filter);
    }

    @Override
    public boolean deniesPublish(Topic topic, Qos qos, boolean retain) {
        return denied.matches(topic);
    }

    @Override
    public boolean deniesReceive(Topic topic) {
        return denied.matches(topic);
    }

    @Override
    public boolean deniesSubscribe(TopicFilter filter) {
        return inPart ? denied.contains(filter) : denied.overlaps(filter);
    }

    @Override
    public String rule(Access access, TopicFilter topics) {
        for (TopicRule rule : denied.all()) {
            if (inPart && access.reads() ? rule.contains(topics) : rule.overlaps(topics)) {
                return Access.DENY + " " + rule;
            }
        }
        for (TopicRule rule : (access.writes() ? writable : readable).all()) {
            if (inPart && access.reads() ? rule.overlaps(topics) : rule.contains(topics)) {
                return access + " " + rule;
            }
        }
        return "";
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
