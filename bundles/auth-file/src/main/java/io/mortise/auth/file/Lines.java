// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a text file that was written to its end. Immutable.
 *
 * <p>A file that was cut off is worse than none: a rule may be missing that denied something, or a topic may have become a
 * shorter one. So a file without a line break at its end is none, and neither is an empty one.
 */
record Lines(List<String> all) {

    Lines {
        all = List.copyOf(all);
    }

    /** Does something to a line that has content. */
    @FunctionalInterface
    interface Reader {
        void read(int number, String line) throws BrokenFile;
    }

    /**
     * The lines of a file with these bytes, without what ends them.
     *
     * @throws BrokenFile if it is empty, no UTF-8, or ends in the middle of a line
     */
    static Lines of(byte[] bytes) throws BrokenFile {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new BrokenFile("expected UTF-8, got something else");
        }
        if (text.isBlank()) {
            throw new BrokenFile("it is empty");
        }
        if (text.charAt(0) == '\uFEFF') {
            throw new BrokenFile(1, "expected no byte order mark");
        }
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end));
            start = end + 1;
        }
        if (start < text.length()) {
            throw new BrokenFile(lines.size() + 1, "it has no end; was the file cut off? Expected a line break");
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).chars().anyMatch(character -> character < ' ' && character != '\t')) {
                throw new BrokenFile(i + 1, "expected text, got a control character");
            }
        }
        return new Lines(lines);
    }

    /** Hands over each line that is neither blank nor a comment. */
    void forEachWithContent(Reader reader) throws BrokenFile {
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i);
            if (!line.isBlank() && line.charAt(0) != '#') {
                reader.read(i + 1, line);
            }
        }
    }
}
