package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.libc.CompiledFile;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Starts seccomp-helper, which is a {@link CompiledFile}. */
final class HelperProgram {
    private static final int CONTROL_FD = 3; // protocol.h
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int SIGKILL = 9;
    private static final int WNOHANG = 1;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FILE_ACTIONS_SIZE = 256; // posix_spawn_file_actions_t has 80 bytes with glibc

    private static final Set<Integer> LEFT = ConcurrentHashMap.newKeySet(); // pids of helpers

    private static @Nullable Fd program; // guarded by the class object

    private HelperProgram() {}

    /** Reads the program, so that {@link #start} need not. */
    static void prepare() {
        program();
    }

    /**
     * Starts the helper in one of its modes.
     *
     * @return the agent's end of its control socket; the helper ends when that is closed
     */
    static Started start(List<String> arguments) {
        reapLeft();
        try (SocketPair control = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            int pid = spawn(control.other(), arguments);
            return new Started(control.takeOwn(), pid);
        }
    }

    /** A running helper. */
    record Started(Fd control, int pid) {
        /** Closes the control socket and waits for the helper, so that no zombie is left. */
        void end() {
            control.close();
            awaitEnd();
        }

        /** Leaves the helper to another process. It is reaped if it ends before this one all the same. */
        void leave() {
            control.close();
            LEFT.add(pid);
        }

        /** Waits for the helper, which was told to end. */
        void awaitEnd() {
            reapLeft();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (LibC.waitpid(pid, new int[1], WNOHANG) == 0) {
                if (System.nanoTime() - deadline > 0) {
                    LibC.kill(pid, SIGKILL); // somebody has stopped it
                    LibC.waitpid(pid, new int[1], 0);
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static void reapLeft() {
        LEFT.removeIf(pid -> LibC.waitpid(pid, new int[1], WNOHANG) != 0);
    }

    private static int spawn(Fd helperEnd, List<String> arguments) {
        NativeBuffer actions = new NativeBuffer(FILE_ACTIONS_SIZE);
        LibC.posix_spawn_file_actions_init(actions.address());
        try {
            LibC.posix_spawn_file_actions_adddup2(actions.address(), helperEnd.number(), CONTROL_FD);
            int[] pid = new int[1];
            NativeBuffer argv = argv(arguments);
            NativeBuffer noEnvironment = new NativeBuffer(8);
            byte[] path = LibC.string("/proc/self/fd/" + program().number());
            int error = LibC.posix_spawn(pid, path, actions.address(), 0, argv.address(), noEnvironment.address());
            if (error != 0) {
                throw LibC.failure(error, "posix_spawn of seccomp-helper");
            }
            return pid[0];
        } finally {
            LibC.posix_spawn_file_actions_destroy(actions.address());
        }
    }

    private static NativeBuffer argv(List<String> arguments) {
        int pointers = 8 * (arguments.size() + 2);
        byte[] strings = (String.join("\0", "seccomp-helper", String.join("\0", arguments)) + "\0")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        NativeBuffer argv = new NativeBuffer(pointers + strings.length);
        argv.putBytes(pointers, strings);
        int start = 0;
        for (int i = 0, argument = 0; i < strings.length; i++) {
            if (strings[i] == 0) {
                argv.putLong(8 * argument++, argv.address() + pointers + start);
                start = i + 1;
            }
        }
        return argv;
    }

    /**
     * The program. It is not opened in the class's initializer, because a failed initializer never runs again. If no
     * descriptor is left now, there may be one later.
     */
    private static synchronized Fd program() {
        Fd loaded = program;
        if (loaded == null) {
            loaded = load();
            program = loaded;
        }
        return loaded;
    }

    private static Fd load() {
        try (Fd memfd = new Fd(CompiledFile.open(HelperProgram.class, "seccomp-helper"))) {
            // The child moves its control socket to CONTROL_FD before it executes, so the program must not have that
            // number.
            int high = LibC.fcntl(memfd.number(), F_DUPFD_CLOEXEC, CONTROL_FD + 1);
            if (high < 0) {
                throw LibC.failure("fcntl(F_DUPFD_CLOEXEC)");
            }
            return new Fd(high);
        }
    }
}
