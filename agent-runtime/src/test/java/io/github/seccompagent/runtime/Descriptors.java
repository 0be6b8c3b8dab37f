package io.github.seccompagent.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The open descriptors of this process, by what they lead to. */
final class Descriptors {
    private static final String CLOSED_MEANWHILE = "";

    private Descriptors() {}

    static List<String> all() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.map(Descriptors::target)
                    .filter(target -> !target.equals(CLOSED_MEANWHILE))
                    .toList();
        }
    }

    /** Leaves out files, and pipes: the JDK closes those of processes that tests started at some later time. */
    static List<String> special() throws IOException {
        return all().stream()
                .filter(target -> !target.startsWith("/") && !target.startsWith("pipe:"))
                .toList();
    }

    /** The special ones that have come since. Descriptors of earlier tests may be closed meanwhile. */
    static List<String> newSpecial(List<String> before) throws IOException {
        List<String> now = new ArrayList<>(special());
        before.forEach(now::remove);
        return now;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return CLOSED_MEANWHILE;
        }
    }
}
