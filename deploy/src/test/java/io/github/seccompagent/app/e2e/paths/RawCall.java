package io.github.seccompagent.app.e2e.paths;

import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.List;

/** One system call of a program in a container that makes no other ones. */
final class RawCall {
    private static final String AT_FDCWD = "-100";
    private static final int HIGHEST_ERRNO = 133;

    private RawCall() {}

    /**
     * Makes the call, and returns its errno or 0.
     *
     * @param arguments with spaces between them; AT stands for AT_FDCWD
     */
    static int make(OciContainer container, String call, String arguments) {
        return make(container, words("/rawcall", Architecture.ofThisMachine(), call, arguments));
    }

    /** The same by a 32-bit program, on x86-64 only. */
    static int make32(OciContainer container, String call, String arguments) {
        return make(container, words("/rawcall32", Architecture.I386, call, arguments));
    }

    private static int make(OciContainer container, List<String> words) {
        int status = container.exec(words.toArray(String[]::new)).status();
        return status > HIGHEST_ERRNO ? 0 : status; // it exits with the negative of a descriptor
    }

    /** Makes the call in a container's mount namespace, by a process that is in nothing else of the container. */
    static void makeFromOutside(int pid, String call, String arguments) {
        List<String> enter = List.of("nsenter", "--target", Integer.toString(pid), "--mount");
        List<String> words = words("/rawcall", Architecture.ofThisMachine(), call, arguments);
        Command.run(Command.concat(enter, words)).orFail();
    }

    private static List<String> words(String program, Architecture architecture, String call, String arguments) {
        int number = SyscallTable.numberOf(architecture, call).orElseThrow();
        String exact = arguments.replace("AT ", AT_FDCWD + " ");
        return Command.concat(List.of(program, Integer.toString(number)), List.of(exact.split(" ")));
    }
}
