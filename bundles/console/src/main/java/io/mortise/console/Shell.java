// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the shell socket with its Gogo session: reads a command line, lets Gogo execute it, answers, and reads
 * the next.
 *
 * <p>A request is the length of the command line, as four bytes with the highest first, and the line in UTF-8; for the
 * answers see {@link Answers}. Works on a thread of its own; Gogo executes the commands on others, which belong to the
 * session.
 */
final class Shell {
    static final int LONGEST_LINE = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);
    private static final long NUDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MOST_NUDGES = 10;

    private final SocketChannel channel;
    private final Answers answers;
    private final CommandSession session;
    private final Consumer<Shell> whenGone;
    private final Thread thread;

    private volatile boolean executing;
    private volatile boolean stopping;

    Shell(SocketChannel channel, CommandProcessor processor, Consumer<Shell> whenGone) {
        this.channel = channel;
        this.answers = new Answers(channel);
        this.session =
                processor.createSession(InputStream.nullInputStream(), answers.outputStream(), answers.errorStream());
        this.whenGone = whenGone;
        this.thread = ShellServer.thread("mortise-shell", this::serve);
        session.put("SCOPE", "mortise:*"); // our commands need no scope, and of two with one name ours is meant
        session.put(CommandSession.OPTION_NO_GLOB, true); // a topic filter is no file name
    }

    void start() {
        thread.start();
    }

    /** Executes no further command. */
    void refuseMore() {
        stopping = true;
    }

    /**
     * Ends the shell and waits for its thread: at once if it is idle, at the deadline at the latest if it executes a
     * command. If the caller is that command, the thread ends after it.
     */
    void stop(long deadlineNanos) {
        if (CommandSession.Utils.current() == session) {
            return;
        }
        if (executing) {
            ShellServer.join(thread, deadlineNanos - System.nanoTime());
        }
        // Whatever it waits for, a request, an answer that nobody reads, a command, ends when it is interrupted.
        for (int i = 0; thread.isAlive() && i < MOST_NUDGES; i++) {
            thread.interrupt();
            ShellServer.join(thread, NUDGE_NANOS);
        }
        if (thread.isAlive()) {
            LOG.warn("a shell does not end");
        }
    }

    private void serve() {
        try (channel) {
            while (!stopping) {
                String line = nextLine();
                if (line == null) {
                    return;
                }
                executing = true;
                answers.end(execute(line) ? Answers.OK : Answers.FAILED);
                executing = false;
            }
        } catch (ClosedByInterruptException stopped) {
            LOG.debug("a shell was stopped");
        } catch (IOException gone) {
            LOG.debug("a shell is gone: {}", gone.getMessage());
        } finally {
            closeSession();
            whenGone.accept(this);
        }
    }

    /** The next command line; {@code null} if the client has none any more. */
    private @Nullable String nextLine() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES);
        if (channel.read(header) < 0) {
            return null;
        }
        readRest(header);
        int length = header.flip().getInt();
        if (length < 0 || length > LONGEST_LINE) {
            answers.error(
                    "a command line has at most " + LONGEST_LINE + " bytes, got " + Integer.toUnsignedString(length));
            answers.end(Answers.FAILED);
            return null; // what follows cannot be told from the line
        }
        ByteBuffer line = ByteBuffer.allocate(length);
        readRest(line);
        return StandardCharsets.UTF_8.decode(line.flip()).toString();
    }

    private void readRest(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("it left in the middle of a request");
            }
        }
    }

    /** Whether it went well. */
    private boolean execute(String line) throws IOException {
        try {
            Object result = session.execute(line);
            if (result != null) {
                answers.output(session.format(result, Converter.INSPECT));
            }
            return true;
        } catch (IOException failure) {
            if (!channel.isOpen()) {
                throw failure;
            }
            return failed(failure);
        } catch (InterruptedException interrupted) {
            if (!stopping) {
                return failed(interrupted);
            }
            answers.error("the console is being stopped; the command may go on");
            return false;
        } catch (Exception failure) {
            return failed(failure);
        }
    }

    private boolean failed(Exception failure) throws IOException {
        LOG.debug("a shell command failed", failure);
        answers.error(Failure.sentence(failure));
        return false;
    }

    /**
     * Closing a session interrupts what still runs in it. That is right for what runs in the background when a client
     * leaves; but a command that stops this console, to update it for instance, must come to its end.
     */
    private void closeSession() {
        if (stopping) {
            session.setJobListener((job, before, now) -> {
                if (now == Job.Status.Done && job.parent() == null) {
                    session.close();
                }
            });
            if (session.foregroundJob() != null) {
                return;
            }
        }
        session.close();
    }
}
