// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Collects the buffers that were dropped without being released, where Netty would only log them. It has to be
 * installed before the first buffer is made: every test class that makes some does so in a static field.
 */
final class LeakWatch {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the factory's own signature
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maximumActive) {
                return new Detector<>(resource, samplingInterval);
            }
        });
    }

    static LeakWatch install() {
        return new LeakWatch();
    }

    /** What has leaked since the last call. */
    List<String> leaks() {
        // Netty looks for leaks when a buffer is made, and can see them once the garbage collector has.
        for (int i = 0; i < 5; i++) {
            WeakReference<Object> garbage = new WeakReference<>(new Object());
            while (!garbage.refersTo(null)) {
                System.gc();
            }
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        List<String> leaks = List.copyOf(LEAKS);
        LEAKS.clear();
        return leaks;
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        Detector(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            LEAKS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.add(resourceType);
        }
    }
}
