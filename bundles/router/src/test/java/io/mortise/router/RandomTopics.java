// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import java.util.Random;

/** Topics and filters of few words, so that they meet often. */
final class RandomTopics {
    private static final String[] WORDS = {"a", "b", "", "$x"};

    private RandomTopics() {}

    static String topic(Random random) {
        StringBuilder topic = new StringBuilder(word(random));
        for (int more = random.nextInt(4); more > 0; more--) {
            topic.append('/').append(word(random));
        }
        return topic.isEmpty() ? "/" : topic.toString();
    }

    static String filter(Random random) {
        String share = random.nextInt(8) == 0 ? "$share/" + (random.nextBoolean() ? "g/" : "h/") : "";
        int levels = 1 + random.nextInt(4);
        StringBuilder filter = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            filter.append(i == 0 ? "" : "/");
            boolean last = i == levels - 1;
            int kind = random.nextInt(4);
            filter.append(kind == 0 ? "+" : kind == 1 && last ? "#" : word(random));
        }
        return share + (filter.isEmpty() ? "+" : filter);
    }

    private static String word(Random random) {
        return WORDS[random.nextInt(WORDS.length)];
    }
}
