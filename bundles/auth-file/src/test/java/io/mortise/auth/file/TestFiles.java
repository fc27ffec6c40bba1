// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with alice, who has the password "secret" and the topics below {@code home/alice}. */
final class TestFiles {
    final Path folder;

    TestFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("users"), "alice:" + PasswordHash.of("secret", 3) + "\n");
        Files.writeString(folder.resolve("rules"), "user bob\ntopic office/#\npattern home/%u/#\n");
    }

    /** The provider after something has happened to a file. */
    FileAuth startWith(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
        return start();
    }

    FileAuth startWithout(String file) throws IOException {
        Files.deleteIfExists(folder.resolve(file));
        return start();
    }

    FileAuth start() {
        return new FileAuth(folder, config(100));
    }

    /** What both tests configure; so many passwords may wait to be hashed. */
    static FileAuth.Config config(int hashingQueueMaximum) {
        return new FileAuth.Config() {
            @Override
            public String users() {
                return "users";
            }

            @Override
            public String rules() {
                return "rules";
            }

            @Override
            public boolean subscribe_in_part() {
                return false;
            }

            @Override
            public int look_interval_millis() {
                return 50;
            }

            @Override
            public int hashing_threads() {
                return 1;
            }

            @Override
            public int hashing_queue_maximum() {
                return hashingQueueMaximum;
            }

            @Override
            public int hashing_wait_maximum_millis() {
                return 60_000;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return FileAuth.Config.class;
            }
        };
    }
}
