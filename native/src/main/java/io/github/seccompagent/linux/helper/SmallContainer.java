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
 */
public final class SmallContainer implements AutoCloseable {
    private static final int SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5;
    private static final int KIND_LAUNCHED = 1;
    private static final int BUFFER_SIZE = 192 * 1024; // the usual limit of a message on a Unix socket
    private static final int HEADER = 20;

    private final HelperProgram.Started helper;
    private final MessageBuffer buffer = new MessageBuffer(BUFFER_SIZE);
    private final Fd listener;
    private final int pid;

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
        byte[] filter = NotifyFilter.of(command.notified());
        HelperProgram.Started helper = HelperProgram.start(List.of("run"));
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
        String reason = message.bytes().length <= 8
                ? "the helper died"
                : new String(message.bytes(), 8, message.bytes().length - 8, StandardCharsets.UTF_8).strip();
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
        if (message.length < 8) {
            throw new ErrnoException(Errno.EIO, "the helper died");
        }
        return ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).getInt(4);
    }

    /** Kills the command if it still runs. */
    @Override
    public void close() {
        listener.close();
        helper.end();
    }
}
