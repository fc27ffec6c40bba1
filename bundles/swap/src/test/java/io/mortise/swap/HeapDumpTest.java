// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks through dumps of the virtual machine that it runs in. */
class HeapDumpTest {
    private static final String NAME = HeapDumpTest.class.getName();

    @TempDir
    Path folder;

    /** What is looked for, with a number to find it by. */
    private static class Sought {
        private final long number;
        private final Sought[] others;
        Object other;

        Sought(long number, Sought... others) {
            this.number = number;
            this.others = others;
        }
    }

    private static final class Derived extends Sought {
        private final int size = 5;
        private final WeakReference<Sought> weak;

        Derived(long number, Sought weak) {
            super(number);
            this.weak = new WeakReference<>(weak);
        }
    }

    private static Map<String, List<Sought>> kept;

    private HeapDump dump() throws Exception {
        Path file = folder.resolve("test.hprof");
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                        "dumpHeap",
                        new Object[] {file.toString(), true},
                        new String[] {String.class.getName(), boolean.class.getName()});
        return HeapDump.read(file);
    }

    private static long find(HeapDump dump, Class<?> type, long number) {
        return dump.instances(type.getName().replace('.', '/')).stream()
                .filter(id -> dump.field(id, "number") == number)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldFindTheWayThroughAStaticFieldCollectionsAndArrays() throws Exception {
        kept = Map.of("key", List.of(new Sought(1, new Sought(2), new Sought(3))));
        HeapDump dump = dump();
        List<String> way = dump.way(find(dump, Sought.class, 3));
        String text = String.join("\n", way);
        assertTrue(text.contains("class " + NAME + ".static kept"), text);
        assertTrue(text.endsWith(NAME + "$Sought.others\n" + NAME + "$Sought[].[1]"), text);
        kept = Map.of();
    }

    @Test
    void shouldReadTheFieldsOfASuperClassAndNotFollowWhatDoesNotHold() throws Exception {
        Sought strong = new Sought(4);
        Derived derived = new Derived(5, strong);
        derived.other = new Derived(6, null);
        kept = Map.of("key", List.of(derived));
        Thread holder = holding(strong);
        try {
            HeapDump dump = dump();
            long found = find(dump, Derived.class, 5);
            assertEquals(find(dump, Derived.class, 6), dump.field(found, "other"));
            assertEquals(find(dump, Sought.class, 4), dump.field(dump.field(found, "weak"), "referent"));
            String text = String.join("\n", dump.way(find(dump, Sought.class, 4)));
            assertTrue(!text.contains("WeakReference"), text);
            assertEquals(5, derived.size);
        } finally {
            holder.interrupt();
            holder.join();
            kept = Map.of();
        }
    }

    @Test
    void shouldNameTheThreadThatHoldsSomethingInALocalVariable() throws Exception {
        Thread holder = holding(new Sought(7));
        try {
            HeapDump dump = dump();
            List<String> way = dump.way(find(dump, Sought.class, 7));
            assertTrue(
                    way.get(0).contains("thread \"holder of something\"")
                            || way.toString().contains("holder of something"),
                    way.toString());
        } finally {
            holder.interrupt();
            holder.join();
        }
    }

    private static Thread holding(Sought something) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = new Thread(
                () -> {
                    Object[] local = {something};
                    held.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException over) {
                        local[0] = null;
                    }
                },
                "holder of something");
        holder.setDaemon(true);
        holder.start();
        held.await();
        return holder;
    }

    @Test
    void shouldFindNoWayToWhatIsNotThere() throws Exception {
        assertEquals(List.of(), dump().way(12345));
    }

    @Test
    void shouldSayThatSomethingIsNoHeapDump() throws Exception {
        Path file = Files.writeString(
                folder.resolve("x"), "JAVA PROFILER? no, and it ends\0 here, after more than one line");
        assertThrows(IOException.class, () -> HeapDump.read(file));
    }
}
