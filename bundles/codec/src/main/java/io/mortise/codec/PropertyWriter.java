// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.UserProperty;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.BiConsumer;

/** Measures and writes properties (MQTT 5.0, 2.2.2), without the property length. Owned by one event loop. */
final class PropertyWriter {
    private final Appender appender;
    private final BiConsumer<Property, Object> measure = this::measure;
    private final BiConsumer<Property, Object> write = this::write;

    // valid for one call
    private int size;
    private ByteBuf out = Unpooled.EMPTY_BUFFER; // between two calls: no buffer is kept

    PropertyWriter(Appender appender) {
        this.appender = appender;
    }

    /** How many bytes {@link #write(Properties, ByteBuf)} appends. */
    int size(Properties properties) {
        if (properties.isEmpty()) {
            return 0;
        }
        size = 0;
        properties.forEach(measure);
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty user = userProperties.get(i);
            size += 1 + sizeOfUtf8String(user.name()) + sizeOfUtf8String(user.value());
        }
        return size;
    }

    void write(Properties properties, ByteBuf to) {
        if (properties.isEmpty()) {
            return;
        }
        out = to;
        properties.forEach(write);
        out = Unpooled.EMPTY_BUFFER;
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty user = userProperties.get(i);
            to.writeByte(Property.USER_PROPERTY.identifier());
            writeUtf8String(user.name(), to);
            writeUtf8String(user.value(), to);
        }
    }

    private void measure(Property property, Object value) {
        size += 1
                + switch (property.type()) {
                    case BYTE -> 1;
                    case TWO_BYTE_INTEGER -> 2;
                    case FOUR_BYTE_INTEGER -> 4;
                    case VARIABLE_BYTE_INTEGER -> DataTypes.sizeOfVariableByteInteger(((Long) value).intValue());
                    case UTF_8_STRING -> sizeOfUtf8String((String) value);
                    case BINARY_DATA -> 2 + ((Payload) value).size();
                    case UTF_8_STRING_PAIR -> throw new IllegalStateException("a user property among the others");
                };
    }

    private void write(Property property, Object value) {
        out.writeByte(property.identifier()); // a Variable Byte Integer; all that are defined take one byte
        switch (property.type()) {
            case BYTE -> out.writeByte(((Long) value).intValue());
            case TWO_BYTE_INTEGER -> out.writeShort(((Long) value).intValue());
            case FOUR_BYTE_INTEGER -> out.writeInt(((Long) value).intValue());
            case VARIABLE_BYTE_INTEGER -> DataTypes.writeVariableByteInteger(out, ((Long) value).intValue());
            case UTF_8_STRING -> writeUtf8String((String) value, out);
            case BINARY_DATA -> writeBinaryData((Payload) value, out);
            case UTF_8_STRING_PAIR -> throw new IllegalStateException("a user property among the others");
        }
    }

    private static int sizeOfUtf8String(String text) {
        return 2 + ByteBufUtil.utf8Bytes(text);
    }

    private static void writeUtf8String(String text, ByteBuf to) {
        int length = ByteBufUtil.utf8Bytes(text);
        to.writeShort(length);
        ByteBufUtil.reserveAndWriteUtf8(to, text, length);
    }

    private void writeBinaryData(Payload data, ByteBuf to) {
        to.writeShort(data.size());
        appender.append(data, to);
    }
}
