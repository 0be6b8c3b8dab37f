package io.github.seccompagent.app.e2e.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A class of the tests with a method {@code fuzzerTestOneInput}, run by Jazzer in a JVM of its own. */
record JavaTarget(String folder, String name, List<String> options) implements FuzzTarget {
    private static final String PACKAGE = "io.github.seccompagent.";

    static final List<JavaTarget> ALL = List.of(
            new JavaTarget("runtime", "StateFuzz", List.of("-max_len=8192")),
            new JavaTarget("runtime", "StoredContainerFuzz", List.of()),
            new JavaTarget("runtime", "NotificationFuzz", List.of()),
            new JavaTarget("resolver", "MetadataFuzz", List.of()),
            new JavaTarget("app.profile", "ProfileFuzz", List.of("-max_len=8192")),
            new JavaTarget("app.policy", "PolicyFuzz", List.of("-max_len=8192")),
            new JavaTarget("app.nri", "NriFuzz", List.of("-max_len=8192")),
            new JavaTarget("linux.helper", "WorkerMessageFuzz", List.of()),
            new JavaTarget("linux.keeper", "KeptFdsFuzz", List.of()),
            new JavaTarget("linux.keeper", "JournalFuzz", List.of("-runs=200000"))); // each stays mapped

    @Override
    public List<String> program(Path output) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx300m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                Files.readString(Path.of("target/test.classpath")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + PACKAGE + folder + "." + name,
                "--instrumentation_includes=" + PACKAGE + "**",
                "--custom_hook_includes=" + PACKAGE + "**",
                "--reproducer_path=" + output);
    }
}
