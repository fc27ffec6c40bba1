// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who refers to whom, as a heap dump of a HotSpot virtual machine says (HPROF 1.0.2, identifiers of eight bytes). Used by one thread.
 *
 * <p>The file is read twice, where it lies; in memory there are 16 bytes for each object in it.
 */
final class HeapDump {
    private static final Set<String> THOSE_THAT_DO_NOT_HOLD =
            Set.of("java/lang/ref/WeakReference", "java/lang/ref/SoftReference", "java/lang/ref/PhantomReference");
    private static final String REFERENT = "referent";
    private static final int IDENTIFIER = 8;

    // records
    private static final int STRING = 0x01;
    private static final int LOAD_CLASS = 0x02;
    private static final int HEAP_DUMP = 0x0C;
    private static final int HEAP_DUMP_SEGMENT = 0x1C;

    // what is in a heap dump
    private static final int ROOT_JNI_GLOBAL = 0x01;
    private static final int ROOT_JNI_LOCAL = 0x02;
    private static final int ROOT_JAVA_FRAME = 0x03;
    private static final int ROOT_NATIVE_STACK = 0x04;
    private static final int ROOT_STICKY_CLASS = 0x05;
    private static final int ROOT_THREAD_BLOCK = 0x06;
    private static final int ROOT_MONITOR = 0x07;
    private static final int ROOT_THREAD = 0x08;
    private static final int CLASS = 0x20;
    private static final int INSTANCE = 0x21;
    private static final int OBJECT_ARRAY = 0x22;
    private static final int PRIMITIVE_ARRAY = 0x23;
    private static final int ROOT_UNKNOWN = 0xFF;

    // types of fields
    private static final int OBJECT = 2;
    private static final int LONG = 11;

    /** Comes from a root. */
    private static final int ROOT = 1;

    private final ByteBuffer file;
    private final Map<Long, String> strings = new HashMap<>();
    private final Map<Long, String> classNames = new HashMap<>();
    private final Map<Long, ClassOf> classes = new HashMap<>();

    /** Of all objects; in ascending order once all are known. */
    private long[] ids = new long[1 << 16];

    private int count;

    /** Where each of them is in the file. */
    private int[] places = {};

    private final Map<Long, Root> roots = new HashMap<>();
    private final Map<Integer, Long> threads = new HashMap<>();

    private record Field(String name, int type, int offset) {}

    private record Static(String name, long value) {}

    /** Something that is always there, because of this, or because this thread has it in a local variable. */
    private record Root(@Nullable String because, int thread) {}

    /** Fields are those of the class itself; their offsets begin with its own part of an instance. */
    private record ClassOf(long parent, List<Field> fields, int size, List<Static> statics) {}

    private HeapDump(ByteBuffer file) {
        this.file = file;
    }

    /**
     * Reads a dump.
     *
     * @throws IOException if it is none, or larger than 2 GiB
     */
    static HeapDump read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new IOException(
                        path + " is too large to be read here: 2 GiB at most expected, got " + channel.size());
            }
            HeapDump dump = new HeapDump(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
            dump.index(path);
            Arrays.sort(dump.ids, 0, dump.count);
            dump.places = new int[dump.count];
            dump.file.rewind();
            dump.index(path);
            return dump;
        }
    }

    private void index(Path path) throws IOException {
        StringBuilder head = new StringBuilder();
        for (byte next = file.get(); next != 0; next = file.get()) {
            head.append((char) next);
        }
        if (!head.toString().startsWith("JAVA PROFILE") || file.getInt() != IDENTIFIER) {
            throw new IOException(path + " is no heap dump of a 64-bit Java virtual machine");
        }
        file.getLong(); // when it was written
        while (file.hasRemaining()) {
            int record = file.get();
            file.getInt(); // when
            int end = file.getInt() + file.position();
            switch (record) {
                case STRING -> {
                    if (!isKnown()) { // its characters are decoded once
                        long id = file.getLong();
                        strings.put(id, text(end - file.position()));
                    }
                }
                case LOAD_CLASS -> {
                    file.getInt();
                    long id = file.getLong();
                    file.getInt();
                    classNames.put(id, string(file.getLong()));
                }
                case HEAP_DUMP, HEAP_DUMP_SEGMENT -> {
                    while (file.position() < end) {
                        indexNext(path);
                    }
                }
                default -> {
                    // stack traces and the like
                }
            }
            file.position(end);
        }
    }

    /** Whether this is the second time that the file is read. */
    private boolean isKnown() {
        return places.length > 0;
    }

    /** An object is at this place. */
    private void found(long id, int at) {
        if (isKnown()) {
            places[index(id)] = at;
            return;
        }
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
    }

    /** Negative if there is no such object. */
    private int index(long id) {
        return Arrays.binarySearch(ids, 0, count, id);
    }

    /** Negative if there is no such object. */
    private int place(long id) {
        int index = index(id);
        return index < 0 ? index : places[index];
    }

    private String text(int length) {
        byte[] bytes = new byte[length];
        file.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String string(long id) {
        return strings.getOrDefault(id, "?");
    }

    private void skip(int bytes) {
        file.position(file.position() + bytes);
    }

    private void indexNext(Path path) throws IOException {
        int at = file.position();
        int what = file.get() & 0xFF;
        long id = file.getLong();
        switch (what) {
            case ROOT_UNKNOWN, ROOT_STICKY_CLASS, ROOT_MONITOR ->
                roots.putIfAbsent(id, new Root("the virtual machine", 0));
            case ROOT_JNI_GLOBAL -> {
                skip(IDENTIFIER);
                roots.putIfAbsent(id, new Root("native code", 0));
            }
            case ROOT_JNI_LOCAL -> {
                skip(8);
                roots.putIfAbsent(id, new Root("native code", 0));
            }
            case ROOT_JAVA_FRAME -> {
                int thread = file.getInt();
                skip(4);
                roots.putIfAbsent(id, new Root(null, thread));
            }
            case ROOT_NATIVE_STACK, ROOT_THREAD_BLOCK -> {
                skip(4);
                roots.putIfAbsent(id, new Root("a thread", 0));
            }
            case ROOT_THREAD -> {
                threads.put(file.getInt(), id);
                skip(4);
                roots.put(id, new Root("the virtual machine, for it is a thread that runs", 0));
            }
            case CLASS -> {
                found(id, at);
                indexClass(id);
            }
            case INSTANCE -> {
                found(id, at);
                skip(4 + IDENTIFIER);
                skip(file.getInt());
            }
            case OBJECT_ARRAY -> {
                found(id, at);
                skip(4);
                int length = file.getInt();
                skip(IDENTIFIER + length * IDENTIFIER);
            }
            case PRIMITIVE_ARRAY -> {
                found(id, at);
                skip(4);
                int length = file.getInt();
                skip(length * size(file.get()));
            }
            default -> throw new IOException(path + " has something at " + at + " that no heap dump has: " + what);
        }
    }

    private void indexClass(long id) {
        skip(4);
        long parent = file.getLong();
        long loader = file.getLong();
        skip(4 * IDENTIFIER + 4);
        for (int left = file.getShort() & 0xFFFF; left > 0; left--) {
            skip(2);
            skip(size(file.get()));
        }
        List<Static> statics = new ArrayList<>();
        statics.add(new Static("class loader", loader));
        for (int left = file.getShort() & 0xFFFF; left > 0; left--) {
            String name = string(file.getLong());
            int type = file.get();
            if (type == OBJECT) {
                statics.add(new Static("static " + name, file.getLong()));
            } else {
                skip(size(type));
            }
        }
        List<Field> fields = new ArrayList<>();
        int offset = 0;
        for (int left = file.getShort() & 0xFFFF; left > 0; left--) {
            String name = string(file.getLong());
            int type = file.get();
            fields.add(new Field(name, type, offset));
            offset += size(type);
        }
        classes.put(id, new ClassOf(parent, fields, offset, statics));
    }

    private static int size(int type) {
        return switch (type) {
            case OBJECT, 7, LONG -> 8;
            case 6, 10 -> 4;
            case 5, 9 -> 2;
            default -> 1;
        };
    }

    /** The identifiers of the instances of a class, named as in the dump: {@code java/lang/String}. */
    List<Long> instances(String className) {
        List<Long> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = places[i];
            if (file.get(at) == INSTANCE && className.equals(classNames.get(file.getLong(at + 1 + IDENTIFIER + 4)))) {
                instances.add(ids[i]);
            }
        }
        return instances;
    }

    /** What a field of an instance has: a number, or the identifier of an object; 0 if there is no such field. */
    long field(long id, String name) {
        int at = place(id);
        if (at < 0 || file.get(at) != INSTANCE) {
            return 0;
        }
        int values = at + 1 + IDENTIFIER + 4 + IDENTIFIER + 4;
        for (long type = file.getLong(at + 1 + IDENTIFIER + 4); type != 0; ) {
            ClassOf of = classes.get(type);
            if (of == null) {
                return 0;
            }
            for (Field field : of.fields) {
                if (field.name.equals(name) && size(field.type) == IDENTIFIER) {
                    return file.getLong(values + field.offset);
                }
            }
            values += of.size;
            type = of.parent;
        }
        return 0;
    }

    /** Calls {@code reference} with each object that this one refers to, and by what. */
    private void references(long id, BiConsumer<String, Long> reference) {
        int at = place(id);
        if (at < 0) {
            return;
        }
        switch (file.get(at) & 0xFF) {
            case CLASS -> {
                ClassOf of = classes.get(id);
                if (of != null) {
                    reference.accept("super class", of.parent);
                    of.statics.forEach(each -> reference.accept(each.name, each.value));
                }
            }
            case INSTANCE -> instanceReferences(at, reference);
            case OBJECT_ARRAY -> {
                int length = file.getInt(at + 1 + IDENTIFIER + 4);
                for (int i = 0; i < length; i++) {
                    reference.accept("[" + i + "]", file.getLong(at + 1 + 2 * IDENTIFIER + 8 + i * IDENTIFIER));
                }
            }
            default -> {
                // numbers only
            }
        }
    }

    private void instanceReferences(int at, BiConsumer<String, Long> reference) {
        long type = file.getLong(at + 1 + IDENTIFIER + 4);
        reference.accept("class", type);
        boolean holds = true;
        for (ClassOf of = classes.get(type); of != null; of = classes.get(of.parent)) {
            holds &= !THOSE_THAT_DO_NOT_HOLD.contains(String.valueOf(classNames.get(type)));
            type = of.parent;
        }
        int values = at + 1 + IDENTIFIER + 4 + IDENTIFIER + 4;
        for (ClassOf of = classes.get(file.getLong(at + 1 + IDENTIFIER + 4)); of != null; of = classes.get(of.parent)) {
            for (Field field : of.fields) {
                if (field.type == OBJECT && (holds || !field.name.equals(REFERENT))) {
                    reference.accept(field.name, file.getLong(values + field.offset));
                }
            }
            values += of.size;
        }
    }

    /**
     * The shortest way to an object from something that is always there.
     *
     * @return what that is, and then what refers to the next, class and field; empty if nothing holds it
     */
    List<String> way(long target) {
        int[] from = new int[count]; // 0 if nothing has led there, ROOT, or ROOT + 1 + the index of what refers to it
        IntQueue next = new IntQueue();
        for (long root : roots.keySet()) {
            int index = index(root);
            if (index >= 0) {
                from[index] = ROOT;
                next.add(index);
            }
        }
        int wanted = index(target);
        while (wanted >= 0 && from[wanted] == 0 && !next.isEmpty()) {
            int object = next.remove();
            references(ids[object], (name, referred) -> {
                int index = index(referred);
                if (index >= 0 && from[index] == 0) {
                    from[index] = object + ROOT + 1;
                    next.add(index);
                }
            });
        }
        List<String> way = new ArrayList<>();
        int object = wanted;
        while (object >= 0 && from[object] > ROOT) {
            int before = from[object] - ROOT - 1;
            way.add(name(ids[before]) + "." + fieldTo(ids[before], ids[object]));
            object = before;
        }
        if (object >= 0 && from[object] == ROOT) {
            way.add(said(roots.get(ids[object])));
        }
        Collections.reverse(way);
        return way;
    }

    /** Numbers, the first one first. */
    private static final class IntQueue {
        private int[] all = new int[1 << 12];
        private int first;
        private int end;

        void add(int number) {
            if (end == all.length) {
                int length = end - first;
                int[] room = length > all.length / 2 ? new int[2 * all.length] : all;
                System.arraycopy(all, first, room, 0, length);
                all = room;
                first = 0;
                end = length;
            }
            all[end++] = number;
        }

        int remove() {
            return all[first++];
        }

        boolean isEmpty() {
            return first == end;
        }
    }

    private String fieldTo(long object, long referred) {
        List<String> names = new ArrayList<>();
        references(object, (name, value) -> {
            if (value == referred) {
                names.add(name);
            }
        });
        return names.isEmpty() ? "?" : names.get(0);
    }

    private String name(long id) {
        int at = place(id);
        int what = at < 0 ? 0 : file.get(at) & 0xFF;
        if (what == CLASS) {
            return "class " + readable(classNames.get(id));
        }
        if (at < 0 || what == PRIMITIVE_ARRAY) {
            return "?";
        }
        long type = file.getLong(at + 1 + IDENTIFIER + 4 + (what == OBJECT_ARRAY ? 4 : 0));
        String name = readable(classNames.get(type));
        return isThread(type) ? name + " " + threadName(id) : name;
    }

    private static String readable(@Nullable String className) {
        if (className == null) {
            return "?";
        }
        int dimensions = className.lastIndexOf('[') + 1;
        boolean ofObjects = className.startsWith("L", dimensions);
        String element = ofObjects && dimensions > 0
                ? className.substring(dimensions + 1, className.length() - 1)
                : className.substring(dimensions);
        return element.replace('/', '.') + "[]".repeat(dimensions);
    }

    private boolean isThread(long type) {
        for (ClassOf of = classes.get(type); of != null; of = classes.get(of.parent)) {
            if ("java/lang/Thread".equals(classNames.get(type))) {
                return true;
            }
            type = of.parent;
        }
        return false;
    }

    private String said(@Nullable Root root) {
        if (root == null) {
            return "?";
        }
        String because = root.because;
        return because == null ? "a local variable of " + thread(root.thread) : because;
    }

    private String thread(int serial) {
        Long id = threads.get(serial);
        return id == null ? "a thread" : "thread " + threadName(id);
    }

    private String threadName(long thread) {
        int at = place(field(field(thread, "name"), "value"));
        if (at < 0 || file.get(at) != PRIMITIVE_ARRAY) {
            return "without a name";
        }
        byte[] bytes = new byte[file.getInt(at + 1 + IDENTIFIER + 4)];
        file.get(at + 1 + IDENTIFIER + 4 + 4 + 1, bytes);
        return "\"" + new String(bytes, StandardCharsets.ISO_8859_1) + "\"";
    }
}
