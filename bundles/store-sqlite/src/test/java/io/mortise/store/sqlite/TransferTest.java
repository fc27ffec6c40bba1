// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTest {
    private final StoreFiles files = new StoreFiles();

    @AfterEach
    void end() throws Exception {
        files.close();
    }

    private static Properties properties() {
        return Properties.builder()
                .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .text(Property.CONTENT_TYPE, "a \"quoted\"\n\u00fc")
                .binary(Property.CORRELATION_DATA, Payload.of((byte) 0, (byte) -1))
                .user("unit", "\u00b0C")
                .user("unit", "K")
                .build();
    }

    private static SqliteStore fill(SqliteStore store) {
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        Message message = new Message(
                Topic.of("K\u00fcche/1"),
                Payload.of((byte) 0, (byte) 200),
                Qos.EXACTLY_ONCE,
                true,
                properties(),
                1_900_000_000_000L);
        Will will = new Will(
                Topic.of("gone"),
                Payload.of("1"),
                Qos.AT_LEAST_ONCE,
                true,
                Properties.builder().number(Property.WILL_DELAY_INTERVAL, 5).build());
        sessions.put(new SessionRecord(
                "../\"x\"\u0007",
                new SessionState("alice", 60, 1_700_000_000_000L, will),
                List.of(
                        new Subscription(TopicFilter.of("a/#"), Qos.AT_LEAST_ONCE),
                        new Subscription(
                                TopicFilter.of("$share/g/b"),
                                Qos.EXACTLY_ONCE,
                                false,
                                true,
                                RetainHandling.DO_NOT_SEND,
                                List.of(7))),
                List.of(
                        new OutboundMessage(4, message, Qos.AT_LEAST_ONCE, false, List.of(7, 9), 12, false),
                        new OutboundMessage(
                                5, message, Qos.EXACTLY_ONCE, true, List.of(), TopicFilter.of("$share/g/b"), 13, true)),
                Set.of(1, 65_535)));
        for (int position = 6; position < 3_000; position++) {
            sessions.queued("../\"x\"\u0007", Facts.message(position, 3));
        }
        sessions.put(Facts.session("idle"));
        new SqliteRetainedStore(store).put(message);
        return store;
    }

    private static String export(SqliteStore store) throws IOException {
        StringWriter text = new StringWriter();
        new Transfer(new SqliteSessionStore(store), new SqliteRetainedStore(store), progress -> {}).exportTo(text);
        return text.toString();
    }

    private static void read(SqliteStore store, String export) throws IOException {
        new Transfer(new SqliteSessionStore(store), new SqliteRetainedStore(store), progress -> {})
                .importFrom(new BufferedReader(new StringReader(export)));
    }

    @Test
    void shouldReadBackEverythingThatWasExported() throws Exception {
        SqliteStore from = fill(files.open(files.folder()));
        String export = export(from);
        SqliteStore to = files.open(files.folder());
        read(to, export);

        assertEquals(Facts.sessions(new SqliteSessionStore(from)), Facts.sessions(new SqliteSessionStore(to)));
        assertEquals(export, export(files.reopen(to)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"type\":\"session\"}",
                "{\"type\":\"export\",\"version\":3}",
                "{\"type\":\"export\",\"version\":1}",
                "{\"type\":\"export\",\"version\":1}\n{\"type\":\"end\",\"sessions\":1,\"messages\":0,\"retained\":0}",
                "{\"type\":\"export\",\"version\":1}\n{\"type\":\"song\"}",
                "{\"type\":\"export\",\"version\":1}\n{\"type\":\"inbound\",\"client\":3,\"packetId\":4}",
                "{\"type\":\"export\",\"version\":1}\n{\"type\":\"inbound\",\"client\":\"a\"",
                "{\"type\":\"export\",\"version\":1}\n{\"type\":\"retained\",\"topic\":\"a\",\"qos\":3,\"retain\":true,\"payload\":\"\"}",
            })
    void shouldRefuseWhatIsNoExportAndSayWhere(String text) {
        SqliteStore store = files.open(files.folder());
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> read(store, text));
        assertTrue(refusal.getMessage().startsWith("line "), refusal.getMessage());
    }

    @Test
    void shouldRefuseAnExportThatIsCutAnywhere() throws Exception {
        SqliteStore from = files.open(files.folder());
        new SqliteSessionStore(from).put(Facts.session("idle"));
        String export = export(from);
        for (int length = 0; length < export.length() - 1; length++) {
            String cut = export.substring(0, length);
            SqliteStore to = files.open(files.folder());
            assertThrows(IllegalArgumentException.class, () -> read(to, cut));
            files.close(to);
        }
    }

    @Test
    void shouldDoAllThatFromTheCommandLine() throws Exception {
        Path data = files.folder();
        files.close(fill(files.open(data.resolve("store"))));
        Path export = data.resolve("export.jsonl");
        assertEquals("0 whole: 5996 rows", tool("verify", "--data", data.toString()));
        assertEquals(
                "0 exported: 2 sessions, 2996 messages that wait for them, 1 retained messages",
                tool("export", export.toString(), "--data", data.toString()));
        Path other = files.folder();
        assertEquals(
                "0 imported: 2 sessions, 2996 messages that wait for them, 1 retained messages",
                tool("import", export.toString(), "--data", other.toString()));
        assertTrue(tool("import", export.toString(), "--data", other.toString()).startsWith("1 "));
        assertTrue(tool("verify", "--data", files.folder().toString())
                .startsWith("1 mortise: store verify: there is no store in"));
        assertTrue(tool("polish").startsWith("2 "));
        assertTrue(tool("verify", "--data").startsWith("2 "));
        assertEquals(
                2,
                Files.readAllLines(export).stream()
                        .filter(line -> line.contains("\"type\":\"session\""))
                        .count());
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        Path data = files.folder();
        SqliteStore store = fill(files.open(data.resolve("store")));
        store.writer()
                .ask((database, numbers) -> database.update("DELETE FROM message WHERE id = 9")
                        + database.update("UPDATE message SET body = x'01' WHERE id = 11"))
                .join();
        files.close(store);
        String said = tool("verify", "--data", data.toString());

        assertTrue(said.startsWith("1 "), said);
        assertTrue(said.contains("1 messages that wait for somebody are not there"), said);
        assertTrue(said.contains("message 11: "), said);
    }

    /** The exit status, and what was said: on standard output, or else on the other. */
    private static String tool(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new StoreTool().run(new PrintWriter(out), new PrintWriter(err), words);
        return status + " " + (out.toString().isEmpty() ? err : out).toString().strip();
    }
}
