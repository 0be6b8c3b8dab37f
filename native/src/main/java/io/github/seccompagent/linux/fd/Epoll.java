package io.github.seccompagent.linux.fd;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/** epoll(7), level-triggered. Safe for use by several threads. */
public final class Epoll implements AutoCloseable {
    /** EPOLLIN. */
    public static final int IN = 1;
    /** EPOLLHUP, which comes unasked. On a listener it means that the last task is gone. */
    public static final int HUP = 0x10;
    /** EPOLLRDHUP: the peer closed its half of a socket. */
    public static final int RDHUP = 0x2000;

    private static final int CLOEXEC = 02000000;
    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int CTL_MOD = 3;
    // struct epoll_event is packed on x86-64 only.
    private static final int DATA_OFFSET = Architecture.ofThisMachine() == Architecture.X86_64 ? 4 : 8;
    private static final int EVENT_SIZE = DATA_OFFSET + 8;

    private final Fd fd;

    /**
     * One thread's memory for the events of one wait. Another thread may wait before this thread has looked at its
     * events.
     */
    public static final class Ready {
        /** How many there are at most. */
        public static final int CAPACITY = 64;

        private final NativeBuffer array = new NativeBuffer(CAPACITY * EVENT_SIZE);

        /** The key that a descriptor was added with. */
        public long key(int index) {
            return array.getLong(index * EVENT_SIZE + DATA_OFFSET);
        }

        /** Where the kernel writes them. */
        public long address() {
            return array.address();
        }

        /** The events of that descriptor. */
        public int events(int index) {
            return array.getInt(index * EVENT_SIZE);
        }
    }

    public Epoll() {
        int number = LibC.epoll_create1(CLOEXEC);
        if (number < 0) {
            throw LibC.failure("epoll_create1");
        }
        fd = new Fd(number);
    }

    /** Watches a descriptor. {@code key} comes with its events. */
    public void add(int watched, int events, long key) {
        control(CTL_ADD, watched, events, key);
    }

    /** Changes which events are watched. With 0 only HUP is left. */
    public void modify(int watched, int events, long key) {
        control(CTL_MOD, watched, events, key);
    }

    /** Stops watching a descriptor. It is no error if it is not watched. */
    public void remove(int watched) {
        LibC.epoll_ctl(fd.number(), CTL_DEL, watched, 0);
    }

    private void control(int operation, int watched, int events, long key) {
        NativeBuffer own = new NativeBuffer(EVENT_SIZE);
        own.putInt(0, events).putLong(DATA_OFFSET, key);
        if (LibC.epoll_ctl(fd.number(), operation, watched, own.address()) < 0) {
            throw LibC.failure("epoll_ctl");
        }
    }

    /** The descriptor. This object still owns it. */
    public int number() {
        return fd.number();
    }

    /**
     * Waits until a descriptor is ready.
     *
     * @param ready takes the descriptors that are ready
     * @param timeoutMillis -1 for no end
     * @return how many descriptors are ready
     */
    public int await(Ready ready, int timeoutMillis) {
        int count = LibC.epoll_wait(fd.number(), ready.array.address(), Ready.CAPACITY, timeoutMillis);
        if (count < 0 && LibC.errno() != Errno.EINTR.number()) {
            throw LibC.failure("epoll_wait");
        }
        return Math.max(count, 0);
    }

    @Override
    public void close() {
        fd.close();
    }
}
