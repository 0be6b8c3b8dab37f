package io.github.seccompagent.app;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Renders a chart: {@code CHART FOLDER}. For each NAME.values in the folder it writes NAME.yaml, or NAME.error if Helm
 * refuses that. It also writes what Helm's linter says to lint. This is a program, because Helm brings a Go runtime,
 * which stays in its process with threads and signal handlers.
 */
final class HelmRenderer {
    /** Helm's own default is an old one. */
    private static final String KUBERNETES = "1.30";

    private HelmRenderer() {}

    public static void main(String[] arguments) throws IOException {
        Helm helm = new Helm(Path.of(arguments[0]));
        Path folder = Path.of(arguments[1]);
        LintResult lint = helm.lint().strict().call();
        Files.write(
                folder.resolve("lint"),
                lint.isFailed()
                        ? Stream.concat(Stream.of("failed"), lint.getMessages().stream())
                                .toList()
                        : lint.getMessages());
        for (Path values : valuesIn(folder)) {
            String name = values.getFileName().toString().replace(".values", "");
            try {
                String rendered = helm.template()
                        .withName("my-release")
                        .withNamespace(name.equals("elsewhere") ? "elsewhere" : "seccomp-agent")
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(values)
                        .call();
                Files.writeString(folder.resolve(name + ".yaml"), rendered);
            } catch (IllegalStateException e) {
                Files.writeString(folder.resolve(name + ".error"), String.valueOf(e.getMessage()));
            }
        }
    }

    private static List<Path> valuesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".values")).toList();
        }
    }
}
