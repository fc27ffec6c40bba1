// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;

/**
 * Cuts the power of the disk while the broker runs on, and a moment later that of the broker.
 *
 * <p>Used only on the main thread. What the broker acknowledges in that moment it has promised without a disk to keep it on.
 */
final class PowerCut implements Blow {

    private static final int LONGEST_MOMENT_MILLIS = 200;

    private final Disk disk;

    PowerCut(Disk disk) {
        this.disk = disk;
    }

    @Override
    public void strike(Exercise exercise) throws IOException {
        disk.cutPower();
        exercise.load(exercise.random.nextInt(LONGEST_MOMENT_MILLIS));
        exercise.kill();
        disk.remount();
    }
}
