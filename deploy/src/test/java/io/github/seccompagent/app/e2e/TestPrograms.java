package io.github.seccompagent.app.e2e;

import java.nio.file.Path;
import java.util.List;

/** The small C programs of the tests, compiled when they are first asked for. */
final class TestPrograms {
    private static final List<String> NO_LIBC = List.of("-nostdlib", "-fno-pie", "-no-pie", "-fno-stack-protector");
    private static final TempFolder FOLDER = TempFolder.create(); // deleted at exit

    static final Path CONNECT = compile("connect", "connect", List.of());
    static final Path RAW_CALL = compile("rawcall", "rawcall", NO_LIBC);

    private TestPrograms() {}

    /** rawcall as an i386 program. Only for x86-64. */
    static Path rawCall32() {
        return compile("rawcall", "rawcall32", Command.concat(NO_LIBC, List.of("-m32")));
    }

    private static Path compile(String source, String name, List<String> options) {
        Path program = FOLDER.resolve(name);
        Command.run(Command.concat(
                        Command.concat(List.of(Command.find("cc").toString(), "-static", "-O1", "-Wall"), options),
                        List.of("-o", program.toString(), "src/test/c/" + source + ".c")))
                .orFail();
        return program;
    }
}
