package io.github.seccompagent.linux.syscall;

import static io.github.seccompagent.linux.syscall.Instructions.JUMP_IF_EQUAL;
import static io.github.seccompagent.linux.syscall.Instructions.LOAD_WORD;
import static io.github.seccompagent.linux.syscall.Instructions.OFFSET_OF_ARCH;
import static io.github.seccompagent.linux.syscall.Instructions.OFFSET_OF_NUMBER;
import static io.github.seccompagent.linux.syscall.Instructions.RETURN;
import static io.github.seccompagent.linux.syscall.Instructions.RET_ALLOW;
import static io.github.seccompagent.linux.syscall.Instructions.RET_USER_NOTIF;

import io.github.seccompagent.linux.fd.Architecture;
import java.util.List;

/** A seccomp filter that allows some calls and notifies all others, on every architecture. */
public final class RecordFilter {
    private RecordFilter() {}

    /**
     * The filter's bytes.
     *
     * @param quiet the names of the calls that are allowed, the most frequent first
     */
    public static byte[] allBut(List<String> quiet) {
        Instructions filter = new Instructions();
        filter.add(LOAD_WORD, 0, 0, OFFSET_OF_ARCH);
        if (Architecture.ofThisMachine() == Architecture.X86_64) {
            // x32 has the same architecture number as x86-64.
            allow(filter, quiet, Architecture.X86_64, Architecture.X32);
            allow(filter, quiet, Architecture.I386);
        } else {
            allow(filter, quiet, Architecture.AARCH64);
        }
        filter.add(RETURN, 0, 0, RET_USER_NOTIF);
        return filter.bytes();
    }

    private static void allow(Instructions filter, List<String> quiet, Architecture... architectures) {
        filter.forArchitecture(architectures[0], () -> {
            filter.add(LOAD_WORD, 0, 0, OFFSET_OF_NUMBER);
            for (Architecture architecture : architectures) {
                for (String name : quiet) {
                    SyscallTable.numberOf(architecture, name).ifPresent(number -> {
                        filter.add(JUMP_IF_EQUAL, 0, 1, number);
                        filter.add(RETURN, 0, 0, RET_ALLOW);
                    });
                }
            }
            filter.add(RETURN, 0, 0, RET_USER_NOTIF);
        });
    }
}
