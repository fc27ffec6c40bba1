// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Whether a payload is what its Payload Format Indicator says (MQTT 5.0, 3.3.2.3.2). Any thread. */
final class PayloadFormat {
    private static final int UTF_8 = 1;
    private static final int STEP = 1024;

    private PayloadFormat() {}

    /** Whether it is UTF-8, if it is said to be. */
    static boolean isAsSaid(Properties properties, Payload payload) {
        return properties.number(Property.PAYLOAD_FORMAT_INDICATOR, 0) != UTF_8 || isUtf8(payload.asByteBuffer());
    }

    private static boolean isUtf8(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate(STEP);
        while (true) {
            var result = decoder.decode(bytes, characters.clear(), true);
            if (!result.isOverflow()) {
                return !result.isError();
            }
        }
    }
}
