package io.github.seccompagent.linux.filter;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An instruction of a seccomp filter, struct sock_filter of linux/filter.h.
 *
 * @param code what it does
 * @param ifTrue how many instructions a comparison that holds skips
 * @param ifFalse how many instructions a comparison that does not hold skips
 * @param operand {@code k}, without a sign
 */
public record Instruction(int code, int ifTrue, int ifFalse, int operand) {
    /** The size of an instruction in bytes. */
    public static final int SIZE = 8;

    /**
     * Reads a filter.
     *
     * @param filter struct sock_filter[]
     * @throws ErrnoException EINVAL if it ends within an instruction
     */
    public static List<Instruction> listOf(byte[] filter) {
        if (filter.length % SIZE != 0) {
            throw new ErrnoException(Errno.EINVAL, "a filter of " + filter.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(filter).order(ByteOrder.nativeOrder());
        List<Instruction> instructions = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int code = bytes.getShort() & 0xffff;
            int ifTrue = bytes.get() & 0xff;
            int ifFalse = bytes.get() & 0xff;
            instructions.add(new Instruction(code, ifTrue, ifFalse, bytes.getInt()));
        }
        return List.copyOf(instructions);
    }
}
