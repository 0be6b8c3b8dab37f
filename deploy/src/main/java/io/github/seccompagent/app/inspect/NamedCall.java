package io.github.seccompagent.app.inspect;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A call that has a name. */
record NamedCall(String name, int number) {
    private static final int MOST = 1024; // the kernel has less than 500

    /** The ABIs of programs that can run on this machine. */
    static List<Architecture> abis() {
        return Architecture.ofThisMachine() == Architecture.AARCH64
                ? List.of(Architecture.AARCH64)
                : List.of(Architecture.X86_64, Architecture.I386, Architecture.X32);
    }

    static String abi(Architecture architecture) {
        return architecture.name().toLowerCase(Locale.ROOT);
    }

    /** All calls of an ABI, by their number. */
    static List<NamedCall> of(Architecture architecture) {
        int bit = firstNumber(architecture);
        return IntStream.range(0, MOST)
                .map(number -> number | bit)
                .mapToObj(number -> new NamedCall(
                        SyscallTable.syscallOf(architecture, number).name(), number))
                .filter(each -> !each.name().startsWith(SyscallTable.UNKNOWN))
                .toList();
    }

    static int firstNumber(Architecture architecture) {
        return architecture == Architecture.X32 ? Architecture.X32_SYSCALL_BIT : 0;
    }

    static int lastNumber(Architecture architecture) {
        return architecture == Architecture.X86_64 ? Architecture.X32_SYSCALL_BIT - 1 : Integer.MAX_VALUE;
    }
}
