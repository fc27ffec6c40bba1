// SPDX-License-Identifier: Apache-2.0
/** Shell commands to look and to swap, and the socket file through which an operator reaches them. */
// The Gogo runtime wants a shell beside it, which need not be the one that reads a terminal: this is one too.
@Capability(namespace = "org.apache.felix.gogo", name = "shell.implementation", version = "1.0.0")
// There is one socket file, and whoever swaps the console talks to it over that.
@Header(name = "Mortise-Swap", value = "stop-first,unattended")
@NullMarked
package io.mortise.console;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Header;
