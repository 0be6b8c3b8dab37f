package io.github.seccompagent.linux.libc;

import com.sun.jna.Native;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The C library, directly mapped. All arguments are primitive, because those cost the least. Addresses are longs, and
 * strings are bytes with a final NUL. Variadic functions get their arguments in registers, on x86-64 as on arm64.
 */
public final class LibC {
    private LibC() {}

    static {
        Native.register(LibC.class, "c");
    }

    public static native int open(byte[] path, int flags);

    public static native int openat(int directory, byte[] path, int flags);

    public static native int close(int fd);

    public static native long read(int fd, byte[] buffer, long length);

    public static native long write(int fd, byte[] buffer, long length);

    public static native long readlinkat(int directory, byte[] path, byte[] buffer, long length);

    public static native int chown(byte[] path, int uid, int gid);

    public static native int flock(int fd, int operation);

    public static native int fcntl(int fd, int command, long argument);

    public static native int ioctl(int fd, long request, long argument);

    public static native int eventfd(int value, int flags);

    public static native int epoll_create1(int flags);

    public static native int epoll_ctl(int epoll, int operation, int fd, long event);

    public static native int epoll_wait(int epoll, long events, int count, int timeoutMillis);

    public static native int poll(long pollfds, long count, int timeoutMillis);

    public static native int socketpair(int domain, int type, int protocol, int[] fds);

    public static native int socket(int domain, int type, int protocol);

    public static native int connect(int fd, byte[] address, int length);

    public static native int bind(int fd, byte[] address, int length);

    public static native int listen(int fd, int backlog);

    public static native int accept4(int fd, long address, long length, int flags);

    public static native int shutdown(int fd, int how);

    public static native int getsockopt(int fd, int level, int option, byte[] value, int[] length);

    public static native long recvmsg(int fd, long message, int flags);

    public static native long sendmsg(int fd, long message, int flags);

    public static native long process_vm_readv(
            int pid, long local, long localCount, long remote, long remoteCount, long flags);

    public static native int memfd_create(byte[] name, int flags);

    public static native int ftruncate(int fd, long length);

    /** Returns the errno. */
    public static native int posix_fallocate(int fd, long offset, long length);

    public static native int getrlimit(int resource, long[] softAndHard);

    public static native long pread(int fd, byte[] buffer, long length, long offset);

    public static native long pwrite(int fd, byte[] buffer, long length, long offset);

    public static native long lseek(int fd, long offset, int whence);

    static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    public static native int posix_spawn(
            int[] pid, byte[] path, long fileActions, long attributes, long argv, long envp);

    public static native int posix_spawn_file_actions_init(long actions);

    public static native int posix_spawn_file_actions_adddup2(long actions, int fd, int newFd);

    public static native int posix_spawn_file_actions_destroy(long actions);

    public static native int kill(int pid, int signal);

    public static native int waitpid(int pid, int[] status, int options);

    public static native int getpid();

    public static native int sched_getaffinity(int pid, long size, byte[] mask);

    public static native int sched_setaffinity(int pid, long size, byte[] mask);

    public static native long sysconf(int name);

    /** Returns -1 if that cannot be told. */
    public static native int sched_getcpu();

    public static native int setns(int fd, int type);

    static native long signal(int signal, long handler);

    public static native int sigaction(int signal, long action, long old);

    public static native long syscall(long number, long a, long b, long c, long d, long e);

    /** The errno of the calling thread's last failed call. */
    public static int errno() {
        return Native.getLastError();
    }

    /** The errno of the last failed call, as an exception. {@code what} names the call and its object. */
    public static ErrnoException failure(String what) {
        return failure(errno(), what);
    }

    public static ErrnoException failure(int errno, String what) {
        return new ErrnoException(errnoOf(errno), what);
    }

    /** The errno of a number. EIO if the kernel gives a number that Linux does not define. */
    public static Errno errnoOf(int number) {
        try {
            return Errno.of(number);
        } catch (IllegalArgumentException unknown) {
            return Errno.EIO;
        }
    }

    /** {@code text} as a C string. */
    public static byte[] string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes, with a NUL behind them. */
    public static byte[] string(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }
}
