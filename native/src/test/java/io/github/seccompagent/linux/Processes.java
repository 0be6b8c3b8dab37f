package io.github.seccompagent.linux;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Processes and descriptors that tests start and look at. */
final class Processes {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Processes() {}

    /** Waits for something that nobody tells about. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen: " + what);
            }
            Thread.onSpinWait();
        }
    }

    /** Starts a program, perhaps through others that execute it in the end, and waits until it runs. */
    static Process start(String program, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(new File("/dev/null"))
                .start();
        await(program + " runs", () -> name(process.pid()).equals(program));
        return process;
    }

    static String name(long pid) {
        return contentOf(pid, "comm").strip();
    }

    private static String contentOf(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Whether a process runs; a zombie does not. */
    static boolean runs(long pid) {
        String stat = contentOf(pid, "stat");
        return !stat.isEmpty() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    }

    /** The helpers of this process in one of their modes. */
    static List<ProcessHandle> helpers(String mode) {
        return ProcessHandle.current()
                .children()
                .filter(child -> contentOf(child.pid(), "cmdline").startsWith("seccomp-helper\0" + mode))
                .toList();
    }

    /** The processes that a helper forked. */
    static List<ProcessHandle> workers(ProcessHandle helper) {
        return helper.children().toList();
    }

    static void signal(long pid, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    /** What the descriptors of this process are. */
    static List<String> descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Processes::target).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The same of another one; none if it is gone. */
    static List<String> descriptors(long pid) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.map(Processes::target).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Which descriptors of this process are sockets, pidfds, memfds, namespaces and the like: no files, and no pipes,
     * for the JDK closes those of processes that tests have started when it likes to.
     */
    static List<String> specialDescriptors() {
        return descriptors().stream()
                .filter(target -> !target.isEmpty() && !target.startsWith("/") && !target.startsWith("pipe:"))
                .sorted()
                .toList();
    }
}
