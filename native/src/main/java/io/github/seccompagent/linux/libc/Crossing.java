package io.github.seccompagent.linux.libc;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;

/**
 * Several system calls in one crossing from Java into native code, because a crossing costs as much as a short system
 * call. The functions are those of src/main/c/crossing, and have the same names there. Each returns a negative errno if
 * it fails.
 */
public final class Crossing {
    private static final int RTLD_NOW = 2;

    private Crossing() {}

    static {
        int memfd = CompiledFile.open(Crossing.class, "crossing");
        try {
            Map<String, Integer> options = Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW); // its names are for nobody else
            Native.register(Crossing.class, NativeLibrary.getInstance("/proc/self/fd/" + memfd, options));
        } finally {
            LibC.close(memfd); // it stays mapped
        }
    }

    /** Makes sure that the shared object is loaded. */
    public static void load() {
        // the initializer of the class has done it
    }

    /**
     * Reads a file from its beginning.
     *
     * @param buffer the address
     * @return how many bytes came; if the buffer is full, the file may have more; otherwise a negative errno of open(2)
     *     or read(2)
     */
    public static native long read_file(byte[] path, long buffer, long size);

    /**
     * Looks at a symbolic link.
     *
     * @param path with a NUL at its end
     * @return the mode of the link itself, or a negative errno of statx(2)
     */
    public static native long link_mode(byte[] path);

    /**
     * Reads /proc/TID/status from its beginning.
     *
     * @param found the address of a struct status
     * @param room for how many groups it has room
     * @return 0, or a negative errno of read(2); -EIO if it is no such file
     */
    public static native long read_status(int fd, long found, int room);

    /**
     * Reads the stat of a thread from its beginning.
     *
     * @return the letter of the state, or a negative errno of read(2); -EIO if it is no such file
     */
    public static native long read_state(int fd);

    /**
     * Looks where a thread lives.
     *
     * @param folder the thread's folder in a procfs
     * @param namespaces the folder ns there
     * @param file the file cgroup there
     * @param numbers the address of 9 longs: the inodes of its mount, network, IPC, UTS, cgroup and user namespaces;
     *     then the mount, the device and the inode of its root, statx(2)
     * @param cgroups the address of room for what the file has
     * @return how many bytes the file has, or more; otherwise a negative errno of readlink(2), statx(2) or read(2)
     */
    public static native long look_at_place(
            int folder, int namespaces, int file, long numbers, long cgroups, long size);

    /**
     * Looks whether a name may be that of a mount point in a thread's mount namespace, in whichever folder.
     *
     * @param folder the thread's folder in a procfs
     * @param namespaces the folder ns there
     * @param path ends in the name; with a NUL at its end, like the other one
     * @return 0 if neither name is, 1 if one may be, or a negative errno if it cannot be told: ENOTTY before Linux 6.12
     */
    public static native long may_be_mount_point(int folder, int namespaces, byte[] path, byte[] path2);

    /**
     * Waits until there is something to read, or the end. The calling thread stays on its processor meanwhile, if it
     * may run on all processors. Afterwards it may do so again.
     *
     * @param processors how many there are
     * @return 0 if the time is over, 1 if it is not, or a negative errno of poll(2)
     */
    public static native int await_here(int fd, int milliseconds, int processors);

    /** Sends the answer that waits in a struct exchange. */
    public static native void send_answer(long exchange);

    /** The same, waits for events, and may receive. Returns how many events there are, or that it has received. */
    public static native int await_events(long exchange, int epoll);

    /** Sends the answer, and then receives from a listener with that number. Returns 0. */
    public static native int receive(long exchange, int listener, int number);
}
