// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A topic name: what a message is published to (MQTT 5.0, 4.7).
 *
 * <p>Immutable; any thread. Knows its UTF-8 form and its hash, so that it is cheap to write and to look up.
 */
public final class Topic {

    /** Stands in a PUBLISH that names its topic by a topic alias only (3.3.2.3.4); has no characters. */
    public static final Topic NONE = new Topic("", new byte[0]);

    private final String name;
    private final byte[] utf8;
    private final int hash;
    private final int levelCount;

    private Topic(String name, byte[] utf8) {
        this.name = name;
        this.utf8 = utf8;
        this.hash = name.hashCode();
        int levels = 1;
        for (byte b : utf8) {
            if (b == '/') {
                levels++;
            }
        }
        this.levelCount = levels;
    }

    /**
     * The topic with this name.
     *
     * @throws ProtocolViolation if it is empty, longer than 65,535 bytes in UTF-8, contains a wildcard character or
     *     U+0000, or is no well-formed Unicode (4.7.1, 4.7.3, 1.5.4)
     */
    public static Topic of(String name) {
        byte[] utf8 = TopicSyntax.utf8("topic name", name, ReasonCode.TOPIC_NAME_INVALID);
        if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            throw new ProtocolViolation(
                    ReasonCode.TOPIC_NAME_INVALID, "a topic name has no wildcards, got " + TopicSyntax.quoted(name));
        }
        return new Topic(name, utf8);
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** The length of the name in UTF-8, in bytes. */
    public int utf8Length() {
        return utf8.length;
    }

    /** Hands the name in UTF-8 to {@code sink} in one call. */
    public void writeUtf8To(ByteSink sink) {
        sink.accept(utf8, 0, utf8.length);
    }

    /** Whether it begins with {@code $}: wildcards at the start of a filter do not match it (4.7.2). */
    public boolean isReserved() {
        return utf8.length > 0 && utf8[0] == '$';
    }

    /** The levels between the separators; made anew with each call. */
    public String[] levels() {
        return TopicSyntax.levels(name);
    }

    /** How many levels there are: one more than separators. */
    public int levelCount() {
        return levelCount;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Topic that && hash == that.hash && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name;
    }
}
