package io.github.seccompagent.linux.fd;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/**
 * Ends a blocking call of another thread of this process with EINTR. A receive on a listener can block although poll said
 * that there is something, up to Linux 6.10 for ever if the container is gone, and knows no other way out.
 */
public final class ThreadInterrupt {
    // The JDK itself uses SIGRTMAX - 2, glibc the first two real-time signals.
    private static final int SIGNAL = 34 + 5;

    static {
        // struct sigaction of glibc: handler, a mask of 128 bytes, flags without SA_RESTART, restorer. The handler has
        // nothing to do but to exist, which a function of the C library without side effects does as well as any.
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

    /** Interrupts a thread. A call of it that is not blocking is not disturbed, for all of them go on after EINTR. */
    public static void interrupt(int threadId) {
        RawSyscalls.signalThread(threadId, SIGNAL);
    }
}
