package io.github.seccompagent.app.e2e.survive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What procfs says about processes. A process that is gone has nothing. */
final class Processes {
    private Processes() {}

    /** Those of the first thread, found without a look at all processes of the machine. */
    static List<ProcessHandle> children(long pid) {
        return Stream.of(text(pid, "task/" + pid + "/children").split(" "))
                .filter(child -> !child.isEmpty())
                .flatMap(child -> ProcessHandle.of(Long.parseLong(child)).stream())
                .toList();
    }

    /** A child that runs Java. */
    static Optional<ProcessHandle> java(long parent) {
        return children(parent).stream()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }

    /** The helper of an agent that makes calls on behalf. Any thread of the agent may have started it. */
    static Optional<ProcessHandle> helper(long agent) {
        return ProcessHandle.of(agent).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> text(child.pid(), "comm").startsWith("seccomp-helper"))
                .findFirst();
    }

    static boolean isZombie(long pid) {
        return text(pid, "stat").contains(") Z ");
    }

    static boolean isDead(long pid) {
        return isZombie(pid) || !Files.exists(Path.of("/proc/" + pid));
    }

    static String text(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc/" + pid, file));
        } catch (IOException gone) {
            return "";
        }
    }

    static String link(long pid, String file) {
        return link(Path.of("/proc/" + pid, file));
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Where the descriptors of a process lead. */
    static List<String> descriptors(long pid) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.map(Processes::link).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    static void signal(long pid, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void kill(ProcessHandle process) {
        process.destroyForcibly(); // checks that the pid is still this process's
    }
}
