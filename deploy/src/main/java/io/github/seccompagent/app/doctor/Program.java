package io.github.seccompagent.app.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that may be installed. */
record Program(String name, Path path) {
    private static final int SECONDS = 10;
    private static final int MOST_BYTES = 256 << 10;

    /** The first of that name on a search path. */
    static Optional<Program> find(String name, String searchPath) {
        return Arrays.stream(searchPath.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> path(folder, name).stream())
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .map(path -> new Program(name, path))
                .findFirst();
    }

    private static Optional<Path> path(String folder, String name) {
        try {
            return Optional.of(Path.of(folder, name));
        } catch (InvalidPathException notOfThisLocale) {
            return Optional.empty();
        }
    }

    /** What it prints; empty if it fails, takes long or prints too much. It has no input. */
    Optional<String> output(String... arguments) {
        List<String> words = new ArrayList<>(List.of(path.toString()));
        words.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(words)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return output(process);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> output(Process process) throws IOException {
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                () -> end(process), CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS));
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = out.readNBytes(MOST_BYTES + 1);
            return bytes.length <= MOST_BYTES && process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            limit.cancel(false);
            end(process);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
