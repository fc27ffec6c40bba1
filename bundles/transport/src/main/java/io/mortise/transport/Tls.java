// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.auth.ClientCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts connections by one configuration, and follows its files while they change.
 *
 * <p>Any thread; one at a time reads the files ({@link #look}). New files go for new handshakes, established connections
 * have what they have. Files that are wrong change nothing: what was in force stays.
 */
final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final String name;
    private final TlsSettings settings;
    private final Rate handshakes;
    private final Set<Entry> certified;
    private volatile @Nullable TlsContexts contexts;
    private volatile @Nullable String failure;

    // by whoever looks
    private Map<Path, String> seen = Map.of();
    private @Nullable String said;

    /**
     * Not ready before the first {@link #look}.
     *
     * @param certified the connections that are to go when nobody vouches for them any more
     */
    Tls(String name, TlsSettings settings, Set<Entry> certified, LongSupplier nanoTime) {
        this.name = name;
        this.certified = certified;
        this.settings = settings;
        this.handshakes = new Rate(settings.handshakesPerSecond(), nanoTime);
    }

    /** Why nobody can be let in; {@code null} if it works. */
    @Nullable
    String unready() {
        return contexts == null ? failure : null;
    }

    /** Looks whether files have changed, and takes them over if they are right. May block. */
    synchronized void look() {
        Map<Path, String> now = state();
        if (now.equals(seen)) {
            complain();
            return;
        }
        seen = now;
        boolean first = contexts == null;
        try {
            TlsContexts next = TlsContexts.read(settings);
            contexts = next;
            failure = null;
            said = null;
            if (!first) {
                LOG.info("TLS {} goes by its new files; connections that are established stay", name);
            }
            dismissDisowned(next);
        } catch (IOException | RuntimeException wrong) {
            failure = wrong instanceof FileSystemException file ? unreadable(file) : String.valueOf(wrong.getMessage());
            if (first) {
                complain();
            }
        }
    }

    /** Its message is the name of the file, and little more. */
    private static String unreadable(FileSystemException failure) {
        String why = failure instanceof NoSuchFileException
                ? "there is no such file"
                : failure instanceof AccessDeniedException ? "it may not be read" : failure.getReason();
        return failure.getFile() + ": " + why;
    }

    /** Two files are seldom replaced at once: what is wrong is said when it has been wrong for one look. */
    private void complain() {
        String reason = failure;
        if (reason != null && !reason.equals(said)) {
            said = reason;
            LOG.error(
                    "TLS {}: {}; {}", name, reason, contexts == null ? "nobody is let in" : "what was in force stays");
        }
    }

    private Map<Path, String> state() {
        Map<Path, String> state = new HashMap<>();
        for (KeyFiles each : settings.identities()) {
            note(each.certificate(), state);
            note(each.key(), state);
        }
        settings.clients().authorities().forEach(file -> note(file, state));
        settings.clients().revocations().forEach(file -> note(file, state));
        return state;
    }

    private static void note(Path file, Map<Path, String> state) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            state.put(file, now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
        } catch (IOException missing) {
            state.put(file, "missing");
        }
    }

    /** What begins the handshake of one connection; {@code null} if there can be none now. */
    @Nullable
    ChannelHandler handler(ByteBufAllocator allocator) {
        TlsContexts now = contexts;
        if (now == null) {
            LOG.debug("TLS {}: nobody is let in: {}", name, failure);
            return null;
        }
        if (!handshakes.allows()) {
            LOG.debug("TLS {}: more than {} handshakes in a second", name, settings.handshakesPerSecond());
            return null;
        }
        return now.handler(allocator);
    }

    /**
     * What a client has proved.
     *
     * @throws CertificateException if its certificate has no user name and should have one
     */
    ClientCertificate proven(List<X509Certificate> chain) throws CertificateException {
        return new ClientCertificate(chain, settings.clients().username().of(chain.get(0)));
    }

    /** This connection came in with a certificate. */
    void add(Entry entry) {
        certified.add(entry);
    }

    void remove(Entry entry) {
        certified.remove(entry);
    }

    private void dismissDisowned(TlsContexts now) {
        if (!settings.clients().followed()) {
            return;
        }
        for (Entry entry : certified) {
            ClientCertificate shown = entry.certificate();
            if (shown != null && !now.vouchesFor(shown.chain())) {
                LOG.info("TLS {}: nobody vouches for {} any more", name, shown);
                entry.dismissDisowned();
            }
        }
    }
}
