// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.BundleFile;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.ShellSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Replaces parts of a running broker, in its shell, each time by a version that was not there before. Used by one thread. */
final class Operator {
    private static final int PATIENCE_SECONDS = 30;
    private static final String BUSY = "another change is being made";

    private final ShellSocket shell;
    private final Path folder;
    private final Path deployFolder;
    private int versions;

    /** One bundle as the shell lists it. */
    private record Listed(long id, String version, String state) {}

    Operator(RunningBroker broker, Path folder) {
        this.shell = broker.shellSocket();
        this.folder = folder;
        this.deployFolder = broker.data().resolve("deploy");
    }

    /** A new version of a part; its number is higher than those before. */
    BundleFile next(Part part) throws IOException {
        return BundleFile.shipped(part.symbolicName()).version(String.format("0.1.1.v%04d", ++versions));
    }

    /** A new version of a part in a file. */
    Path nextVersion(Part part) throws IOException {
        return next(part).write(Files.createTempFile(folder, part.shortName(), ".jar"));
    }

    /** Swaps a part, which has to fail; what the operator is told. */
    String fails(Part part, Path next) throws IOException {
        ShellSocket.Answer answer = shell.execute("swap --probe 0 " + part.symbolicName() + " " + next);
        if (answer.status() == 0) {
            throw new AssertionError("it should have failed: " + answer.text());
        }
        return answer.text();
    }

    /** Swaps a part; what the operator is told. */
    String succeeds(Part part, Path next) throws IOException {
        return execute("swap --probe 0 " + part.symbolicName() + " " + next);
    }

    /** The version of a part of which there is one. */
    String version(Part part) throws IOException {
        return only(part).version;
    }

    /** The version of a part that was there first; another one may not have left yet. */
    String versionOfOldest(Part part) throws IOException {
        return listed(part).stream()
                .min(Comparator.comparing(Listed::id))
                .map(Listed::version)
                .orElseThrow();
    }

    /** Waits until this version is all that there is of a part. */
    void awaitOnly(Part part, String version) {
        await().untilAsserted(() -> {
            Listed now = only(part);
            if (!now.state.equals("active") || !now.version.equals(version)) {
                throw new AssertionError(part + " is " + now + ", expected " + version);
            }
        });
    }

    /** Waits until a command answers so. */
    void awaitAnswer(String line, String wanted) {
        await().until(() -> execute(line).contains(wanted));
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .ignoreExceptionsInstanceOf(IOException.class); // the shell ends with its console
    }

    /** Replaces a part; returns when the new version is all that is left. */
    void replace(Part part, Road road, Path next) throws IOException {
        String name = part.symbolicName();
        String url = next.toUri().toString();
        Listed old = only(part);
        switch (road) {
            case UPDATE -> execute("felix:update " + name + " " + url);
            case BESIDE -> {
                String installed = execute("felix:install " + url);
                Matcher id = Pattern.compile("\\d+").matcher(installed);
                if (!id.find()) {
                    throw new AssertionError("no number in " + installed);
                }
                execute("start " + id.group() + "; felix:uninstall " + old.id);
            }
            // Gogo's own, by number and URL: what is ours ends with the console, if that is what is replaced
            case STOP_START -> execute("felix:stop " + old.id + "; felix:start " + old.id);
            case REINSTALL -> execute("felix:uninstall " + old.id + "; felix:start " + url);
            case SWAP_COMMAND -> execute("swap --probe 0 " + name + " " + next);
            case ROLLBACK -> execute("rollback --probe 0 " + name);
            case FOLDER -> deploy(next, part.shortName() + ".jar");
        }
        await().untilAsserted(() -> {
            Listed now = only(part);
            if (!now.state.equals("active") || road != Road.STOP_START && now.version.equals(old.version)) {
                throw new AssertionError(part + " is " + now + " after " + old);
            }
        });
    }

    /** Puts a file into the watched folder. */
    void deploy(Path file, String name) throws IOException {
        Path part = Files.copy(file, deployFolder.resolve(name + ".part"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, deployFolder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The watched folder. */
    Path deployFolder() {
        return deployFolder;
    }

    /** What a command printed, whether it went well or not. */
    String tries(String line) throws IOException {
        return shell.execute(line).text();
    }

    /** What a command printed; it is tried again while a change is still being made that nobody waits for. */
    String execute(String line) throws IOException {
        return Awaitility.await()
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .until(() -> shell.execute(line), answer -> !answer.text().contains(BUSY))
                .whenDone();
    }

    private Listed only(Part part) throws IOException {
        List<Listed> listed = listed(part);
        if (listed.size() != 1) {
            throw new AssertionError("one " + part + " expected, got " + listed);
        }
        return listed.get(0);
    }

    private List<Listed> listed(Part part) throws IOException {
        List<Listed> listed = new ArrayList<>();
        Matcher row = Pattern.compile(
                        "^ *(\\d+) +" + Pattern.quote(part.symbolicName()) + " +(\\S+) +(\\S+)", Pattern.MULTILINE)
                .matcher(execute("bundles"));
        while (row.find()) {
            listed.add(new Listed(Long.parseLong(row.group(1)), row.group(2), row.group(3)));
        }
        return listed;
    }
}
