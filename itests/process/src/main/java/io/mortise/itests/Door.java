// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A way into the broker: what is written to it arrives there, in order, and the other way round. */
public interface Door {
    int PATIENCE_MILLIS = 20_000;

    /** Its name in the table. */
    String name();

    /** Opens a connection. Reading from it gives up after {@link #PATIENCE_MILLIS}. */
    Stream open() throws IOException;

    /** One connection: bytes in both directions. */
    interface Stream extends Closeable {
        InputStream in() throws IOException;

        OutputStream out() throws IOException;
    }
}
