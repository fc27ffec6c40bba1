// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileAuthorizerContractTest extends AuthorizerContract {
    @TempDir
    private Path folder;

    private TestFiles files;

    @BeforeEach
    void setUp() throws Exception {
        files = new TestFiles(folder);
    }

    @Override
    protected Authorizer open() {
        return files.start();
    }

    @Override
    protected void close(Authorizer authorizer) {
        ((FileAuth) authorizer).close();
    }

    @Override
    protected Identity known() {
        return new Identity("phone", "alice", "alice");
    }

    @Override
    protected Topic allowed() {
        return Topic.of("home/alice/lamp");
    }

    @Override
    protected Topic denied() {
        return Topic.of("office/door");
    }

    @Override
    protected Map<String, Callable<Authorizer>> failures() {
        return Map.of(
                "the rules are missing", () -> files.startWithout("rules"),
                "the rules are empty", () -> files.startWith("rules", ""),
                "the rules were cut off", () -> files.startWith("rules", "pattern home/%u/#\ntopic de"),
                "the rules are something else", () -> files.startWith("rules", "pattern readwirte home/%u/#\n"));
    }
}
