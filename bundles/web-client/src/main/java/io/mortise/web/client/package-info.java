// SPDX-License-Identifier: Apache-2.0
/** A page with which a beginner connects, subscribes and publishes from a browser. */
@NullMarked
package io.mortise.web.client;

import org.jspecify.annotations.NullMarked;
