package io.github.seccompagent.app.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, and waits for their end. */
final class Command {
    private static final int SECONDS = 60;

    private Command() {}

    /** How a program ended, and what it wrote. */
    record Result(int status, String out, String err) {

        /** Both of its outputs. */
        String output() {
            return out + err;
        }

        /** What it wrote to standard output, if it succeeded; else the test fails. */
        String orFail() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ": " + output());
            }
            return out.strip();
        }
    }

    static Result run(String... words) {
        return run(Arrays.asList(words));
    }

    static Result run(List<String> words) {
        return run(SECONDS, words);
    }

    /** One that may take longer than others. */
    static Result run(int seconds, List<String> words) {
        try (TempFolder folder = TempFolder.create()) {
            Path out = folder.emptyFile();
            Path err = folder.emptyFile();
            // Files, not pipes: what the program leaves running in the background must not keep us waiting.
            Process process = new ProcessBuilder(words)
                    .redirectInput(folder.emptyFile().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            int status = await(process, seconds, words);
            return new Result(status, text(out), text(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int await(Process process, int seconds, List<String> words) throws IOException {
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError("has not ended after " + seconds + " s: " + String.join(" ", words));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + String.join(" ", words), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Where a program of this machine is. A missing one is a failure, not a reason to skip. */
    static Path find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("the tests need " + program + " on PATH: deploy/test installs it"));
    }

    static List<String> concat(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
