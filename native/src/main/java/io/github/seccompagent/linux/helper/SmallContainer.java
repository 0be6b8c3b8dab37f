package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.mount.Covers;
import io.github.seccompagent.linux.syscall.NotifyFilter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A command in a small container, without a container runtime. The container has new mount, pid, uts and ipc
 * namespaces, a container's default capabilities, and a filter that notifies some of its syscalls. It ends when the
 * command ends.
 *
 * <p>{@link #startHere} runs a command with a filter and without a container.
 */
public final class SmallContainer implements AutoCloseable {
    private static final int SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5;
    private static final int KIND_LAUNCHED = 1;
    private static final int BUFFER_SIZE = 192 * 1024; // the usual limit of a message on a Unix socket
    private static final int HEADER = 20;
    private static final int ENDED = 12; // struct ended

    private final HelperProgram.Started helper;
    private final MessageBuffer buffer = new MessageBuffer(BUFFER_SIZE);
    private final Fd listener;
    private final int pid;
    private int signal;

    private SmallContainer(HelperProgram.Started helper, Fd listener, int pid) {
        this.helper = helper;
        this.listener = listener;
        this.pid = pid;
    }

    /**
     * What to run.
     *
     * @param rootfs the folder that becomes the root; empty for a throw-away overlay over the host's root
     * @param workingDirectory the folder where the command starts, if it exists inside
     * @param notified the names of the syscalls to notify
     */
    public record Command(
            String rootfs,
            String hostName,
            String workingDirectory,
            List<String> arguments,
            Map<String, String> environment,
            Collection<String> notified) {}

    /** The container could not be started. The message is one line that says why. */
    public static final class LaunchException extends Exception {
        private static final long serialVersionUID = 1L;

        LaunchException(String message) {
            super(message);
        }
    }

    /**
     * Starts the command. Its notified calls wait until somebody serves {@link #listener}.
     *
     * @throws LaunchException if it cannot be started
     * @throws ErrnoException EINVAL if a name is no syscall
     */
    public static SmallContainer start(Command command) throws LaunchException {
        return start("run", command, NotifyFilter.of(command.notified()));
    }

    /**
     * Starts a command with a filter in no container, as a shell would: with the same root, user, working directory,
     * umask and process group. Its descriptors are 0 to 2. Whoever lacks CAP_SYS_ADMIN gives it no_new_privs. When it
     * has ended, programs that it has left behind are children of the process {@link #parentPid}.
     *
     * @param filter struct sock_filter[]
     * @throws LaunchException if it cannot be started
     */
    public static SmallContainer startHere(List<String> arguments, Map<String, String> environment, byte[] filter)
            throws LaunchException {
        return start("record", new Command("", "", "", arguments, environment, List.of()), filter);
    }

    private static SmallContainer start(String mode, Command command, byte[] filter) throws LaunchException {
        HelperProgram.Started helper = HelperProgram.start(List.of(mode));
        SmallContainer unstarted = new SmallContainer(helper, new Fd(-1), 0);
        try {
            return unstarted.launch(command, filter);
        } catch (LaunchException | RuntimeException | Error e) {
            unstarted.close();
            throw e;
        }
    }

    private SmallContainer launch(Command command, byte[] filter) throws LaunchException {
        byte[] strings = strings(command);
        if (HEADER + filter.length + strings.length > BUFFER_SIZE) {
            throw new LaunchException("the command's arguments and environment are too long");
        }
        buffer.putInt(0, filter.length).putInt(4, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
        buffer.putInt(8, strings.length).putInt(12, command.arguments().size());
        buffer.putInt(16, Covers.of("proc").size() + Covers.of("sysfs").size());
        buffer.putBytes(HEADER, filter).putBytes(HEADER + filter.length, strings);
        buffer.send(helper.control().number(), HEADER + filter.length + strings.length);

        MessageBuffer.Message message = buffer.receive(helper.control().number());
        ByteBuffer fields = ByteBuffer.wrap(message.bytes()).order(ByteOrder.nativeOrder());
        if (message.bytes().length >= 8
                && fields.getInt(0) == KIND_LAUNCHED
                && message.fds().size() == 1) {
            return new SmallContainer(helper, message.fds().get(0), fields.getInt(4));
        }
        message.closeFds();
        String reason = message.bytes().length <= ENDED
                ? "the helper died"
                : new String(message.bytes(), ENDED, message.bytes().length - ENDED, StandardCharsets.UTF_8).strip();
        throw new LaunchException(reason);
    }

    private static byte[] strings(Command command) {
        List<String> all = new ArrayList<>();
        all.add(command.rootfs());
        all.add(command.hostName());
        all.add(command.workingDirectory());
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        all.forEach(string -> strings.writeBytes(LibC.string(string)));
        strings.writeBytes(Covers.encoded(Covers.of("proc"), "proc/"));
        strings.writeBytes(Covers.encoded(Covers.of("sysfs"), "sys/"));
        command.arguments().forEach(argument -> strings.writeBytes(LibC.string(argument)));
        command.environment().forEach((name, value) -> strings.writeBytes(LibC.string(name + "=" + value)));
        return strings.toByteArray();
    }

    /** The command's process, as the agent sees it. */
    public int pid() {
        return pid;
    }

    /** The parent of the command's process. */
    public int parentPid() {
        return helper.pid();
    }

    /** Sends the command a signal, unless it came to the whole process group, and so to the command, just before. */
    public void handOn(int signal) {
        LibC.kill(helper.pid(), signal);
    }

    /** The listener, which belongs to whoever calls this. */
    public Fd takeListener() {
        return new Fd(listener.release());
    }

    /**
     * Waits for the end of the command.
     *
     * @return its exit status as a shell has it
     */
    public int await() {
        byte[] message = buffer.receive(helper.control().number()).bytes();
        if (message.length < ENDED) {
            throw new ErrnoException(Errno.EIO, "the helper died");
        }
        ByteBuffer fields = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        signal = fields.getInt(8);
        return fields.getInt(4);
    }

    /**
     * SIGHUP, SIGINT or SIGTERM, if one of them came to the command's process group or was handed on before the command
     * ended, as {@link #await} has found; otherwise 0.
     */
    public int signal() {
        return signal;
    }

    /** Kills the command if it still runs. */
    @Override
    public void close() {
        listener.close();
        helper.end();
    }
}
