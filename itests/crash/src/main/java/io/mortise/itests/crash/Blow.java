// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;

/** How a broker is brought down, with its clients connected, so that it can be started again. */
interface Blow {

    void strike(Exercise exercise) throws IOException;
}
