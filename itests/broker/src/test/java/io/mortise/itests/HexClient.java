// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;

/** A client that says bytes and hears bytes, in hexadecimal digits. */
final class HexClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    HexClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends these bytes; blanks do not count. */
    HexClient say(String bytes) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(bytes.replace(" ", "")));
        return this;
    }

    /** The next packet, which is shorter than 128 bytes. */
    String hear() throws IOException {
        byte[] packet = new byte[2];
        in.readFully(packet);
        byte[] rest = new byte[packet[1]];
        in.readFully(rest);
        return HexFormat.of().formatHex(packet) + HexFormat.of().formatHex(rest);
    }

    /** Everything until the broker closes. */
    String hearOut() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return HexFormat.of().formatHex(all.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
