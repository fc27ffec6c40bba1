// SPDX-License-Identifier: Apache-2.0
/** Who may come in, and what may they do: an example to begin with. */
@NullMarked
package ${package};

import org.jspecify.annotations.NullMarked;
