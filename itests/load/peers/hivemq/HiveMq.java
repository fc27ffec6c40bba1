// SPDX-License-Identifier: Apache-2.0

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ's Community Edition as a process, with its data in files: {@code java -cp 'target/lib/*' HiveMq.java PORT DATA}. */
public final class HiveMq {

    private HiveMq() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[1]);
        Path configuration = Files.createDirectories(data.resolve("conf"));
        Path extensions = Files.createDirectories(data.resolve("extensions"));
        Path store = Files.createDirectories(data.resolve("data"));
        Files.writeString(configuration.resolve("config.xml"), """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%s</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <persistence><mode>file</mode></persistence>
                  <mqtt>
                    <queued-messages><max-queue-size>1000000</max-queue-size></queued-messages>
                  </mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(arguments[0]));
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(store)
                .withExtensionsFolder(extensions)
                .build();
        broker.start().join();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> broker.stop().join()));
        Thread.currentThread().join();
    }
}
