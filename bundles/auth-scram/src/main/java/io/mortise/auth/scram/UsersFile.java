// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import io.mortise.api.health.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of users that is in force. When it changes it is read again; what is broken changes nothing.
 *
 * <p>Looked after by one thread; any thread asks for the users.
 */
final class UsersFile implements Health {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final String NOT_THERE = "not there";

    private final Path path;
    private volatile ScramUsers users = ScramUsers.NOBODY;
    private volatile Status status = Status.UP;
    private boolean everGood;
    private String seen;
    private String judged;

    /** Reads it at once. */
    UsersFile(Path path) {
        this.path = path;
        seen = state();
        judged = seen;
        judge();
    }

    ScramUsers users() {
        return users;
    }

    @Override
    public String name() {
        return "auth-scram";
    }

    /** Without a file there is no fault where nobody asks for it. */
    @Override
    public Status status() {
        return status;
    }

    /**
     * Looks whether it has changed. It is read when it was the same at the look before: whoever writes it has the time between
     * two looks to go on.
     */
    void look() {
        String now = state();
        boolean calm = now.equals(seen);
        seen = now;
        if (calm && !now.equals(judged)) {
            judged = now;
            judge();
        }
    }

    /** By what a change is noticed. */
    private String state() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + ", " + attributes.size() + " bytes, " + attributes.fileKey();
        } catch (IOException unreadable) {
            return NOT_THERE;
        }
    }

    private void judge() {
        if (judged.equals(NOT_THERE) && !everGood) { // it is no fault where nobody asks for it
            LOG.info("{}: there is no such file; SCRAM-SHA-256 lets nobody in until there is", path);
            return;
        }
        String reason;
        try {
            users = ScramUsers.parse(Files.readAllBytes(path));
            everGood = true;
            status = Status.UP;
            LOG.info("{}: its users are in force, {} of them", path, users.count());
            return;
        } catch (BrokenFile broken) {
            reason = broken.getMessage();
        } catch (IOException unreadable) {
            reason = "it cannot be read: " + Objects.toString(unreadable);
        }
        String instead = everGood ? "its users before that stay in force" : "nobody is let in until it is right";
        String problem = path + ": " + reason + "; " + instead;
        status = new Status(everGood ? Level.DEGRADED : Level.DOWN, problem);
        LOG.error(problem);
    }
}
