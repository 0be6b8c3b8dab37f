package io.github.seccompagent.linux.fd;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/**
 * Ends a blocking call of another thread of this process with EINTR. A receive on a listener can block although poll
 * said that there is a notification. Up to Linux 6.10 it blocks for ever if the container is gone. Nothing else ends
 * it.
 */
public final class ThreadInterrupt {
    // The JDK uses SIGRTMAX - 2, and glibc uses the first two real-time signals.
    private static final int SIGNAL = 34 + 5;

    static {
        // struct sigaction of glibc: handler, a mask of 128 bytes, flags without SA_RESTART, restorer. The handler has
        // nothing to do, so any function of the C library without side effects will do.
        Function nothing = NativeLibrary.getInstance("c").getFunction("abs");
        NativeBuffer action = new NativeBuffer(152).putLong(0, Pointer.nativeValue(nothing));
        if (LibC.sigaction(SIGNAL, action.address(), 0) < 0) {
            throw LibC.failure("sigaction");
        }
    }

    private ThreadInterrupt() {}

    /** The kernel's id of the calling thread. */
    public static int currentThreadId() {
        return RawSyscalls.gettid();
    }

    /** Interrupts a thread. Calls that do not block are not disturbed, because all of them go on after EINTR. */
    public static void interrupt(int threadId) {
        RawSyscalls.signalThread(threadId, SIGNAL);
    }
}
