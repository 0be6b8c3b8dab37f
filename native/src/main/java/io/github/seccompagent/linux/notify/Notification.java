package io.github.seccompagent.linux.notify;

import io.github.seccompagent.linux.fd.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * A notification, struct seccomp_notif of seccomp_unotify(2).
 *
 * @param id the kernel's cookie for it, unique for its listener
 * @param threadId the thread that made the call; 0 if it cannot be seen from the agent's pid namespace
 * @param architecture the architecture; null if the agent does not know it
 * @param instructionPointer where in its program the caller is
 * @param number the number of the call in its architecture; bit 30 is set for x32
 */
public record Notification(
        long id,
        int threadId,
        @Nullable Architecture architecture,
        int number,
        long instructionPointer,
        long argument0,
        long argument1,
        long argument2,
        long argument3,
        long argument4,
        long argument5) {

    /** Whether the same thread makes the same call from the same place in its program. */
    public boolean repeats(Notification earlier) {
        return equals(earlier.withId(id));
    }

    private Notification withId(long other) {
        return new Notification(
                other,
                threadId,
                architecture,
                number,
                instructionPointer,
                argument0,
                argument1,
                argument2,
                argument3,
                argument4,
                argument5);
    }

    /** The value of a register. */
    public long argument(int register) {
        return switch (register) {
            case 0 -> argument0;
            case 1 -> argument1;
            case 2 -> argument2;
            case 3 -> argument3;
            case 4 -> argument4;
            case 5 -> argument5;
            default -> throw new IndexOutOfBoundsException("a syscall has 6 arguments; there is no number " + register);
        };
    }
}
