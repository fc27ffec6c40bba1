// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** Plain TCP on the loopback address. */
public record TcpDoor(int port) implements Door {

    @Override
    public String name() {
        return "TCP";
    }

    @Override
    public Stream open() throws IOException {
        return stream(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static Stream stream(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new Stream() {
            @Override
            public InputStream in() throws IOException {
                return socket.getInputStream();
            }

            @Override
            public OutputStream out() throws IOException {
                return socket.getOutputStream();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
