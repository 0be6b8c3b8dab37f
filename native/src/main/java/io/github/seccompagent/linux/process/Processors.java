package io.github.seccompagent.linux.process;

import io.github.seccompagent.linux.libc.LibC;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The processors that this process may run on. Unlike the JVM's count, this ignores how much of their time the process
 * may use.
 */
public final class Processors {
    private static final int MASK_SIZE = 128; // cpu_set_t

    private static final int SC_NPROCESSORS_ONLN = 84;

    private Processors() {}

    /** How many processors the machine has, whether this process may run there or not; 0 if that cannot be told. */
    public static int online() {
        return (int) Math.max(0, LibC.sysconf(SC_NPROCESSORS_ONLN));
    }

    /** The one that runs the calling thread, counted from 0; -1 if that cannot be told. */
    public static int current() {
        return LibC.sched_getcpu();
    }

    /** How many processors there are; 1 if there are more than cpu_set_t holds. */
    public static int count() {
        byte[] mask = new byte[MASK_SIZE];
        LibC.sched_getaffinity(0, mask.length, mask);
        return Math.max(1, BitSet.valueOf(mask).cardinality());
    }

    /** Lets a thread run on all processors that its cgroup allows. Nothing happens if there is none with that id. */
    public static void allowAll(int threadId) {
        byte[] mask = new byte[MASK_SIZE];
        Arrays.fill(mask, (byte) 0xff);
        LibC.sched_setaffinity(threadId, mask.length, mask);
    }
}
