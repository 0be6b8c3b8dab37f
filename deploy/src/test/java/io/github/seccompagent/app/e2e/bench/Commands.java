package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is measured: its name in tables, and the command that starts it. {socket} stands for its socket. */
final class Commands {
    static final String OWN = "seccomp-agent";
    static final String REFERENCE = "reference";
    static final String KEPT = "reference, kept";

    /** A JVM that prints one line. */
    static final String LINE = "JVM, one line";

    static final String KEEPER = "keeper";

    private Commands() {}

    static String own(String options) {
        return AgentProcess.program() + " " + options + " --log=warn --socketfile={socket}";
    }

    static String underKeeper(String options) {
        return AgentProcess.program() + " keep " + options + " --log=warn --socketfile={socket}";
    }

    /** One worker for each call. */
    static String reference(Path programs) {
        return programs.resolve("reference") + " {socket}";
    }

    /** Workers that stay. */
    static String kept(Path programs) {
        return programs.resolve("reference") + " {socket} keep";
    }

    /** A shell takes a millisecond, which is a fifth of a keeper's start. So only what needs a shell gets one. */
    static List<String> words(String command) {
        return command.matches("[-\\w/.:=+, ]+")
                ? List.of(command.trim().split(" +"))
                : List.of("sh", "-c", "exec " + command);
    }

    /** The same command on the first processor alone, where load.c makes the calls that it calls pinned. */
    static String onFirstProcessor(String command) {
        try {
            String list = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findFirst()
                    .orElseThrow();
            return "taskset --cpu-list " + list.replaceAll("^\\D*(\\d+).*", "$1") + " " + command;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a class of these tests. */
    static String java(String className, String... options) {
        return String.join(" ", System.getProperty("java.home") + "/bin/java", String.join(" ", options))
                + " -cp " + System.getProperty("java.class.path") + " "
                + "io.github.seccompagent.app." + className;
    }

    /** The same with those options of the distribution that matter here. */
    static String javaAsInDistribution(String className) {
        String libraries = System.getProperty("seccompagent.dist") + "/lib/"
                + System.getProperty("os.arch").replace("amd64", "x86_64");
        return java(
                        className,
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m",
                        "-Dslf4j.provider=io.github.seccompagent.app.LogBackend",
                        "-Dorg.newsclub.net.unix.library.override=" + libraries + "/libjunixsocket-native.so")
                + " {socket}";
    }
}
