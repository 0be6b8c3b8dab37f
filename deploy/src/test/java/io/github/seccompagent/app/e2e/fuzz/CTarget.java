package io.github.seccompagent.app.e2e.fuzz;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of {@code src/test/c/fuzz} with files of the helper, under AddressSanitizer and UndefinedBehaviorSanitizer.
 *
 * @param files the files of the helper that it is compiled with; it may include another one itself
 */
record CTarget(String name, List<String> files) implements FuzzTarget {
    private static final String SANITIZERS = "-fsanitize=fuzzer,address,undefined";
    private static final Path HELPER = Path.of("../native/src/main/c");
    private static final Path TARGETS = Path.of("src/test/c/fuzz");

    static final List<CTarget> ALL = List.of(
            new CTarget("keeperwords", List.of("words")),
            new CTarget("keptstore", List.of("agent", "store", "words")),
            new CTarget("giver", List.of("store", "words")),
            new CTarget("taker", List.of("store", "words", "procstat")),
            new CTarget("executorrequest", List.of("request")),
            new CTarget("overlaylayers", List.of("layers")),
            new CTarget("launchmessage", List.of()));

    @Override
    public List<String> program(Path output) {
        Path program = output.resolve(name);
        List<String> compiler = new ArrayList<>(List.of(
                Command.find("clang").toString(),
                "-g",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-std=gnu11",
                "-D_GNU_SOURCE",
                SANITIZERS,
                "-fno-sanitize-recover=all",
                "-I" + HELPER,
                "-o" + program));
        compiler.addAll(List.of(
                TARGETS.resolve(name + ".c").toString(),
                TARGETS.resolve("fuzz.c").toString()));
        compiler.add(HELPER.resolve("util.c").toString());
        files.forEach(file -> compiler.add(HELPER.resolve(file + ".c").toString()));
        Command.run(compiler).orFail();
        return List.of("env", "ASAN_OPTIONS=detect_leaks=0", program.toString());
    }

    @Override
    public List<String> options() {
        return List.of("-dict=src/test/fuzz/keeper.dict");
    }
}
