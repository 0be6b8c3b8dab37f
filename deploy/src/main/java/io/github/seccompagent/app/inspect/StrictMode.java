package io.github.seccompagent.app.inspect;

import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Instruction;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** SECCOMP_MODE_STRICT as a filter: a thread may read, write, exit and return from signals. Else it is killed. */
final class StrictMode {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7fff0000;
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;

    private static final List<String> CALLS = List.of("read", "write", "exit", "rt_sigreturn");
    private static final List<String> CALLS_OF_I386 = List.of("read", "write", "exit", "sigreturn");

    private StrictMode() {}

    static FilterChain filters() {
        List<Instruction> filter = new ArrayList<>();
        for (Architecture each : NamedCall.abis()) {
            for (String call : each == Architecture.I386 ? CALLS_OF_I386 : CALLS) {
                OptionalInt number = SyscallTable.numberOf(each, call);
                if (number.isPresent() && each != Architecture.X32) { // the kernel knows no calls of x32 here
                    filter.add(new Instruction(LOAD_WORD, 0, 0, ARCHITECTURE));
                    filter.add(new Instruction(JUMP_IF_EQUAL, 0, 3, each.auditArch()));
                    filter.add(new Instruction(LOAD_WORD, 0, 0, NUMBER));
                    filter.add(new Instruction(JUMP_IF_EQUAL, 0, 1, number.getAsInt()));
                    filter.add(new Instruction(RETURN, 0, 0, ALLOW));
                }
            }
        }
        filter.add(new Instruction(RETURN, 0, 0, 0));
        return new FilterChain(List.of(filter));
    }
}
