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
        int status = container
                .exec(words(call, arguments.replace("AT ", AT_FDCWD + " ")).toArray(String[]::new))
                .status();
        return status > HIGHEST_ERRNO ? 0 : status; // it exits with the negative of a descriptor
    }

    /** Makes the call in a container's mount namespace, by a process that is in nothing else of the container. */
    static void makeFromOutside(int pid, String call, String arguments) {
        List<String> enter = List.of("nsenter", "--target", Integer.toString(pid), "--mount");
        Command.run(Command.concat(enter, words(call, arguments))).orFail();
    }

    private static List<String> words(String call, String arguments) {
        int number = SyscallTable.numberOf(Architecture.ofThisMachine(), call).orElseThrow();
        return Command.concat(List.of("/rawcall", Integer.toString(number)), List.of(arguments.split(" ")));
    }
}
