package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.fd.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The instructions of a seccomp filter, struct sock_filter[], in their order. */
final class Instructions {
    static final int LOAD_WORD = 0x20;
    static final int JUMP_IF_EQUAL = 0x15;
    static final int JUMP = 0x05;
    static final int RETURN = 0x06;

    static final int OFFSET_OF_NUMBER = 0;
    static final int OFFSET_OF_ARCH = 4;

    static final int RET_USER_NOTIF = 0x7fc00000;
    static final int RET_ALLOW = 0x7fff0000;

    private static final int OPERAND = 3;

    private final List<long[]> all = new ArrayList<>();

    void add(int code, int ifTrue, int ifFalse, long operand) {
        all.add(new long[] {code, ifTrue, ifFalse, operand});
    }

    /** Adds instructions that only calls of one AUDIT_ARCH reach, with the architecture in the accumulator before. */
    void forArchitecture(Architecture architecture, Runnable those) {
        add(JUMP_IF_EQUAL, 1, 0, architecture.auditArch());
        int jumpOver = all.size();
        add(JUMP, 0, 0, 0);
        those.run();
        all.get(jumpOver)[OPERAND] = all.size() - jumpOver - 1L;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(8 * all.size()).order(ByteOrder.nativeOrder());
        for (long[] instruction : all) {
            bytes.putShort((short) instruction[0]);
            bytes.put((byte) instruction[1]).put((byte) instruction[2]);
            bytes.putInt((int) instruction[3]);
        }
        return bytes.array();
    }
}
