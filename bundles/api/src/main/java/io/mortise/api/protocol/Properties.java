// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a packet (MQTT 5.0, 2.2.2), or of a will.
 *
 * <p>Immutable; any thread. Holds each property at most once, user properties in their order. What the broker keeps
 * elsewhere is not in here: the topic alias, the subscription identifiers and the message expiry interval of a PUBLISH
 * are fields of {@link Publish} and {@link Message}, the subscription identifier of a SUBSCRIBE is in its {@link
 * Subscription}s.
 */
public final class Properties {

    /** No properties at all: the usual case. */
    public static final Properties NONE = new Properties(new EnumMap<>(Property.class), List.of());

    private final Map<Property, Object> values;
    private final List<UserProperty> userProperties;
    private final int contentSize;

    private Properties(Map<Property, Object> values, List<UserProperty> userProperties) {
        this.values = values;
        this.userProperties = userProperties;
        int size = 0;
        for (Object value : values.values()) {
            if (value instanceof String text) {
                size += text.length();
            } else if (value instanceof Payload payload) {
                size += payload.size();
            }
        }
        for (UserProperty user : userProperties) {
            size += user.name().length() + user.value().length();
        }
        this.contentSize = size;
    }

    /** A builder that has no property yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that has these properties. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.values.putAll(values);
        builder.userProperties.addAll(userProperties);
        return builder;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return values.isEmpty() && userProperties.isEmpty();
    }

    /** How many characters and bytes its strings and binary data have together: what a client makes the broker keep. */
    public int contentSize() {
        return contentSize;
    }

    /** Whether the property is there; for {@link Property#USER_PROPERTY}, at least once. */
    public boolean has(Property property) {
        return property == Property.USER_PROPERTY ? !userProperties.isEmpty() : values.containsKey(property);
    }

    /**
     * The value of a property whose type is a number.
     *
     * @param absent what to answer when the property is not there
     * @return a value from 0 to 4,294,967,295, or {@code absent}
     * @throws IllegalArgumentException if the property's type is not a number
     */
    public long number(Property property, long absent) {
        if (!property.type().isNumber()) {
            throw new IllegalArgumentException(property + " is no number but a " + property.type());
        }
        Object value = values.get(property);
        return value == null ? absent : (Long) value;
    }

    /**
     * The value of a property whose type is a string; {@code null} when it is not there.
     *
     * @throws IllegalArgumentException if the property's type is not a string
     */
    public @Nullable String text(Property property) {
        return (String) value(property, Property.Type.UTF_8_STRING);
    }

    /**
     * The value of a property whose type is binary data; {@code null} when it is not there.
     *
     * @throws IllegalArgumentException if the property's type is not binary data
     */
    public @Nullable Payload binary(Property property) {
        return (Payload) value(property, Property.Type.BINARY_DATA);
    }

    /** The user properties in the order in which they were sent. */
    public List<UserProperty> userProperties() {
        return userProperties;
    }

    /**
     * Calls {@code action} with each property but the user properties, in the order of their identifiers; the value is a
     * {@link Long}, a {@link String} or a {@link Payload}.
     */
    public void forEach(BiConsumer<Property, Object> action) {
        values.forEach(action);
    }

    private @Nullable Object value(Property property, Property.Type type) {
        if (property.type() != type) {
            throw new IllegalArgumentException(property + " is no " + type + " but a " + property.type());
        }
        return values.get(property);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Properties that
                && values.equals(that.values)
                && userProperties.equals(that.userProperties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, userProperties);
    }

    @Override
    public String toString() {
        return userProperties.isEmpty() ? values.toString() : values + " " + userProperties;
    }

    /** Collects properties; used by one thread. */
    public static final class Builder {
        private final EnumMap<Property, Object> values = new EnumMap<>(Property.class);
        private final List<UserProperty> userProperties = new ArrayList<>();

        private Builder() {}

        /**
         * Sets a property whose type is a number.
         *
         * @throws IllegalArgumentException if its type is not a number, or the value does not fit
         */
        public Builder number(Property property, long value) {
            long maximum = switch (property.type()) {
                case BYTE -> 0xFFL;
                case TWO_BYTE_INTEGER -> 0xFFFFL;
                case FOUR_BYTE_INTEGER -> 0xFFFF_FFFFL;
                case VARIABLE_BYTE_INTEGER -> 268_435_455L;
                case UTF_8_STRING, UTF_8_STRING_PAIR, BINARY_DATA -> -1L;
            };
            if (value < 0 || value > maximum) {
                throw new IllegalArgumentException(property + " is a " + property.type() + ", got " + value);
            }
            values.put(property, value);
            return this;
        }

        /**
         * Sets a property whose type is a string.
         *
         * @throws IllegalArgumentException if its type is not a string
         */
        public Builder text(Property property, String value) {
            return put(property, Property.Type.UTF_8_STRING, value);
        }

        /**
         * Sets a property whose type is binary data.
         *
         * @throws IllegalArgumentException if its type is not binary data
         */
        public Builder binary(Property property, Payload value) {
            return put(property, Property.Type.BINARY_DATA, value);
        }

        /** Adds a user property behind those that are there. */
        public Builder user(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        /** Takes a property away; for {@link Property#USER_PROPERTY}, all of them. */
        public Builder without(Property property) {
            if (property == Property.USER_PROPERTY) {
                userProperties.clear();
            } else {
                values.remove(property);
            }
            return this;
        }

        /** Whether the property was set. */
        public boolean has(Property property) {
            return property == Property.USER_PROPERTY ? !userProperties.isEmpty() : values.containsKey(property);
        }

        /** The properties collected so far. */
        public Properties build() {
            if (values.isEmpty() && userProperties.isEmpty()) {
                return NONE;
            }
            return new Properties(values.clone(), List.copyOf(userProperties));
        }

        private Builder put(Property property, Property.Type type, Object value) {
            if (property.type() != type) {
                throw new IllegalArgumentException(property + " is no " + type + " but a " + property.type());
            }
            values.put(property, value);
            return this;
        }
    }
}
