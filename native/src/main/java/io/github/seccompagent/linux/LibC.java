package io.github.seccompagent.linux;

import com.sun.jna.Native;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;

/**
 * The C library, directly mapped: primitive arguments only, since those cost the least. Addresses are longs, strings are
 * NUL-terminated bytes. Variadic functions are called with the arguments that they take in registers, which is the same
 * on x86-64 and arm64.
 */
final class LibC {
    private LibC() {}

    static {
        Native.register(LibC.class, "c");
    }

    static native int open(byte[] path, int flags);

    static native int openat(int directory, byte[] path, int flags);

    static native int close(int fd);

    static native long read(int fd, byte[] buffer, long length);

    static native long write(int fd, byte[] buffer, long length);

    static native long readlink(byte[] path, byte[] buffer, long length);

    static native int chown(byte[] path, int uid, int gid);

    static native int flock(int fd, int operation);

    static native int fcntl(int fd, int command, long argument);

    static native int ioctl(int fd, long request, long argument);

    static native int eventfd(int value, int flags);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, long event);

    static native int epoll_wait(int epoll, long events, int count, int timeoutMillis);

    static native int poll(long pollfds, long count, int timeoutMillis);

    static native int socketpair(int domain, int type, int protocol, int[] fds);

    static native int shutdown(int fd, int how);

    static native int getsockopt(int fd, int level, int option, byte[] value, int[] length);

    static native long recvmsg(int fd, long message, int flags);

    static native long sendmsg(int fd, long message, int flags);

    static native long process_vm_readv(
            int pid, long local, long localCount, long remote, long remoteCount, long flags);

    static native int memfd_create(byte[] name, int flags);

    static native int posix_spawn(int[] pid, byte[] path, long fileActions, long attributes, long argv, long envp);

    static native int posix_spawn_file_actions_init(long actions);

    static native int posix_spawn_file_actions_adddup2(long actions, int fd, int newFd);

    static native int posix_spawn_file_actions_destroy(long actions);

    static native int kill(int pid, int signal);

    static native int waitpid(int pid, int[] status, int options);

    static native int getpid();

    static native int sched_getaffinity(int pid, long size, byte[] mask);

    static native int setns(int fd, int type);

    static native long signal(int signal, long handler);

    static native int sigaction(int signal, long action, long old);

    static native long syscall(long number, long a, long b, long c, long d, long e);

    /** The errno of the calling thread's last call that failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** The errno of the last call that failed, as an exception; {@code what} names the call and its object. */
    static ErrnoException failure(String what) {
        return failure(errno(), what);
    }

    static ErrnoException failure(int errno, String what) {
        return new ErrnoException(errnoOf(errno), what);
    }

    /** The errno of a number; EIO where the kernel lets one out that Linux does not define. */
    static Errno errnoOf(int number) {
        try {
            return Errno.of(number);
        } catch (IllegalArgumentException unknown) {
            return Errno.EIO;
        }
    }

    /** {@code text} as a C string. */
    static byte[] string(String text) {
        return (text + '\0').getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
