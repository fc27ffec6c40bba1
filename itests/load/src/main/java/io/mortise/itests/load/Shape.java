// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.util.Locale;

/** Who publishes what to whom. */
enum Shape {
    /** Many publishers with a topic each, one subscriber with a wildcard. */
    FAN_IN {
        @Override
        int subscribers(int clients) {
            return 1;
        }

        @Override
        String topicFilter(String root, int subscriber) {
            return root + "/+";
        }

        @Override
        boolean reaches(int publisher, int subscriber) {
            return true;
        }
    },

    /** One publisher, many subscribers of its topic. */
    FAN_OUT {
        @Override
        int publishers(int clients) {
            return 1;
        }

        @Override
        String topicFilter(String root, int subscriber) {
            return topic(root, 0);
        }

        @Override
        boolean reaches(int publisher, int subscriber) {
            return true;
        }
    },

    /** As many publishers as subscribers, one topic for each two. */
    PAIRS {
        @Override
        String topicFilter(String root, int subscriber) {
            return topic(root, subscriber);
        }

        @Override
        boolean reaches(int publisher, int subscriber) {
            return publisher == subscriber;
        }
    };

    int publishers(int clients) {
        return clients;
    }

    int subscribers(int clients) {
        return clients;
    }

    String topic(String root, int publisher) {
        return root + "/" + publisher;
    }

    abstract String topicFilter(String root, int subscriber);

    abstract boolean reaches(int publisher, int subscriber);

    /** As it is written on the command line and in reports. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Shape of(String label) {
        for (Shape shape : values()) {
            if (shape.label().equals(label)) {
                return shape;
            }
        }
        throw new IllegalArgumentException("scenario fan-in, fan-out or pairs expected, not " + label);
    }
}
