package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The small C programs of the tests, compiled when they are first asked for. */
final class TestPrograms {
    private static final List<String> NO_LIBC = List.of("-nostdlib", "-fno-pie", "-no-pie", "-fno-stack-protector");
    private static final TempFolder FOLDER = TempFolder.create(); // deleted at exit

    static final Path CLOSES = compile("closes", "closes", List.of());
    static final Path CONNECT = compile("connect", "connect", List.of());
    static final Path DENY_DEVICE = compile("denydevice", "denydevice", List.of());
    static final Path FLUSHLESS = compile("flushless", "flushless", List.of());
    static final Path FUSE_MOUNT = compile("fusemount", "fusemount", List.of());
    static final Path HANGS = compile("hangs", "hangs", List.of("-pthread"));
    static final Path LEADERLESS = compile("leaderless", "leaderless", List.of("-pthread"));
    static final Path LET_GO = compile("letgo", "letgo", List.of());
    static final Path MOUNT_FILE = compile("mountfile", "mountfile", List.of());
    static final Path MOUNTS = compile("mounts", "mounts", List.of());
    static final Path POPULATE = compile("populate", "populate", List.of());
    static final Path STORM = compile("storm", "storm", List.of());
    static final Path RAW_CALL = compile("rawcall", "rawcall", NO_LIBC);

    private TestPrograms() {}

    /** rawcall as an i386 program. Only for x86-64. */
    static Path rawCall32() {
        return compile("rawcall", "rawcall32", Command.concat(NO_LIBC, List.of("-m32")));
    }

    /** The differential suite, where a container over the host's root has it too. */
    static Path differential() {
        Path program = Path.of("target", "differential").toAbsolutePath();
        try (Stream<Path> files = Files.list(Path.of("src/test/c/differential"))) {
            List<String> sources = files.map(Path::toString)
                    .filter(name -> name.endsWith(".c"))
                    .sorted()
                    .toList();
            compile(program, List.of("-Wextra", "-Wno-missing-field-initializers"), sources);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return program;
    }

    /** One of the attacks. */
    static Path attack(String name) {
        Path program = FOLDER.resolve("attack-" + name);
        if (!Files.exists(program)) {
            String folder = "src/test/c/attack/";
            compile(program, List.of("-Wextra", "-pthread"), List.of(folder + name + ".c", folder + "attack.c"));
        }
        return program;
    }

    /** One of those that print what they see. */
    static Path twin(String name) {
        Path program = FOLDER.resolve("twin-" + name);
        if (!Files.exists(program)) {
            compile(program, List.of("-Wextra", "-pthread"), List.of("src/test/c/twin/" + name + ".c"));
        }
        return program;
    }

    private static Path compile(String source, String name, List<String> options) {
        Path program = FOLDER.resolve(name);
        compile(program, options, List.of("src/test/c/" + source + ".c"));
        return program;
    }

    private static void compile(Path program, List<String> options, List<String> sources) {
        List<String> compiler = List.of(Command.find("cc").toString(), "-static", "-O1", "-Wall");
        List<String> output = Command.concat(List.of("-o", program.toString()), sources);
        Command.run(Command.concat(Command.concat(compiler, options), output)).orFail();
    }
}
