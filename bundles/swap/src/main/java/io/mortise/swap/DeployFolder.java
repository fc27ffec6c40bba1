// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watched folder. A jar that is put into it, or over one that is there, is swapped for the bundle of its name, or installed
 * if there is none; one that is taken out leaves, and gives its place back to whom it was taken from. Everything is as guarded
 * as by command, and once: what was refused or taken back is tried again when the file changes.
 *
 * <p>A file counts when it has not changed between two looks and is a whole jar; so one that is being copied waits. Names that
 * begin with a dot are those of files on their way. What a file has brought is in the journal, by the name of the file, and so
 * it is known after a restart.
 *
 * <p>One thread, its own, from {@link #start} to {@link #close}.
 */
final class DeployFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DeployFolder.class);
    private static final long LOOK_MILLIS = 500;
    private static final long PATIENCE_MILLIS = 30_000;
    private static final String JAR = ".jar";

    /** What the change of a file is journaled as, with its name behind. */
    private static final String BY = "deploy:";

    /** Takes files in and lets them go; see {@link Swaps}. */
    interface Target {
        /** Whether the broker has come up, so that a change can be judged. */
        boolean isReady();

        /** Swaps or installs what is in a file. */
        String take(Path file, String by) throws IOException;

        /** Undoes what a file has brought. */
        String leave(Journal.Entry brought, String by) throws IOException;
    }

    /** What a file looks like from outside. */
    private record Stamp(long size, FileTime modified) {}

    private final Path folder;
    private final Target target;
    private final Journal journal;
    private final Thread thread;
    private final Map<String, Stamp> seen = new HashMap<>();
    private final Map<String, Stamp> done = new HashMap<>();
    private final Map<String, Stamp> broken = new HashMap<>();
    private final Set<Journal.Entry> left = new HashSet<>();
    private final CountDownLatch enough = new CountDownLatch(1);

    DeployFolder(Path folder, Target target, Journal journal) {
        this.folder = folder;
        this.target = target;
        this.journal = journal;
        this.thread = new Thread(null, this::watch, "mortise-swap-deploy", 0, false);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.setDaemon(true);
    }

    /** Begins to look; the folder is made if it is not there. */
    DeployFolder start() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        thread.start();
        return this;
    }

    /** Ends the thread, when the change that is being made has come to its end. */
    void close() {
        enough.countDown();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (!enough.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (target.isReady()) {
                    look();
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            LOG.warn("{} is not watched any more", folder);
        }
    }

    /** Looks once; nothing that a file does ends the watch. */
    void look() {
        try {
            Map<String, Stamp> now = stamps();
            for (String name : broughtBy().keySet()) {
                if (!now.containsKey(name)) {
                    leave(name);
                }
            }
            for (Map.Entry<String, Stamp> file : now.entrySet()) {
                if (file.getValue().equals(seen.put(file.getKey(), file.getValue()))
                        && !file.getValue().equals(done.get(file.getKey()))
                        && isWhole(file.getKey(), file.getValue())) {
                    done.put(file.getKey(), file.getValue());
                    take(file.getKey());
                }
            }
            seen.keySet().retainAll(now.keySet());
            done.keySet().retainAll(now.keySet());
            broken.keySet().retainAll(now.keySet());
        } catch (IOException failure) {
            LOG.warn("cannot look into {}: {}", folder, failure.toString());
        }
    }

    private Map<String, Stamp> stamps() throws IOException {
        Map<String, Stamp> stamps = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.endsWith(JAR) && !name.startsWith(".")) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    if (attributes.isRegularFile()) {
                        stamps.put(name, new Stamp(attributes.size(), attributes.lastModifiedTime()));
                    }
                } catch (NoSuchFileException gone) {
                    LOG.debug("{} is gone already", file);
                }
            }
        }
        return stamps;
    }

    /** Whether all of it is there: the directory of a jar is its end. */
    private boolean isWhole(String name, Stamp stamp) {
        try (JarFile jar = new JarFile(folder.resolve(name).toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            return true;
        } catch (IOException | SecurityException half) {
            if (!stamp.equals(broken.put(name, stamp))) {
                LOG.warn(
                        "{} is no whole jar, or not yet: {}; it is left alone until it changes",
                        name,
                        half.getMessage());
            }
            return false;
        }
    }

    private void take(String name) throws IOException {
        Path file = folder.resolve(name);
        if (wasTaken(name, file)) {
            return; // by the broker that ran before; whatever was done since was done on purpose
        }
        try {
            LOG.info("{}: {}", name, target.take(file, BY + name));
        } catch (SwapFailure failure) {
            LOG.error("{}: {}", name, failure.getMessage());
        }
    }

    /** Whether these bytes were what came by this name last, whatever became of them. */
    private boolean wasTaken(String name, Path file) throws IOException {
        Journal.Entry last = journal.entries().stream()
                .filter(entry -> entry.who().equals(BY + name))
                .reduce((earlier, later) -> later)
                .orElse(null);
        try {
            return last != null
                    && (last.action().equals(Swaps.SWAP) || last.action().equals(Swaps.INSTALL))
                    && last.toSha256().equals(Candidate.read(file, name).sha256());
        } catch (SwapFailure noBundle) {
            return false; // whoever takes it says so
        }
    }

    private void leave(String name) throws IOException {
        Journal.Entry brought = broughtBy().get(name);
        if (brought == null || left.contains(brought)) {
            return;
        }
        try {
            LOG.info("{} is gone: {}", name, target.leave(brought, BY + name));
        } catch (SwapFailure failure) {
            LOG.error("{} is gone: {}", name, failure.getMessage());
        }
        left.add(brought); // whatever came of it: once
    }

    /** What each file has brought last, if that was not undone. */
    private Map<String, Journal.Entry> broughtBy() throws IOException {
        Map<String, Journal.Entry> brought = new TreeMap<>();
        for (Journal.Entry entry : journal.entries()) {
            if (entry.isDone() && entry.who().startsWith(BY)) {
                String name = entry.who().substring(BY.length());
                if (entry.action().equals(Swaps.SWAP) || entry.action().equals(Swaps.INSTALL)) {
                    brought.put(name, entry);
                } else {
                    brought.remove(name);
                }
            }
        }
        return brought;
    }
}
