// SPDX-License-Identifier: Apache-2.0
/**
 * Event loops, sockets and packet framing; keeps connections alive while everything else is swapped.
 *
 * <pre>
 *  NettyTransport ── opens ──► NettyDoor ── admits ──┐
 *    │  codec, broker                                ▼
 *    └────────► Switchboard ──► HomeLoop (one a thread): PacketHandler (one a connection)
 *                                                        in:  PacketFramer ─► codec ─► broker
 *                                                        out: broker ─► NettyConnection ─► codec ─► socket
 * </pre>
 */
@NullMarked
package io.mortise.transport;

import org.jspecify.annotations.NullMarked;
