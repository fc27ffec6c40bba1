// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;

/**
 * Cuts the power of the broker and of its disk: everything stops at once, and what was not synced is gone.
 *
 * <p>Used only on the main thread. The broker is stopped before the file system is: Linux answers a sync that is under way while
 * a file system is shut down with success now and then, although nothing was kept (6.18, ext4), and who has no power believes
 * no such answer. What was acknowledged before is on its way to the clients and is read.
 */
final class PowerCut implements Blow {

    private final Disk disk;

    PowerCut(Disk disk) {
        this.disk = disk;
    }

    @Override
    public void strike(Exercise exercise) throws IOException {
        exercise.subject.freeze();
        disk.cutPower();
        exercise.kill();
        disk.remount();
    }
}
