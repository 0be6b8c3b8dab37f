package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A program in a container that tries what must not be possible, some times or, with -Dattack=full, very often. */
final class Attack {
    static final boolean FULL = "full".equals(System.getProperty("attack"));

    private static final int SECONDS = FULL ? 1800 : 60;
    private static final Pattern LINE = Pattern.compile("(?m)^([0-9]+) (.*)$");

    private Attack() {}

    /** A number of tries. */
    static String times(int usually, int full) {
        return Integer.toString(FULL ? full : usually);
    }

    /** Puts a program where the container has it, as /NAME. */
    static void install(OciContainer container, String program) {
        try {
            Files.copy(
                    TestPrograms.attack(program),
                    container.rootfs().resolve(program),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program in a container, and gives what it saw and how often. */
    static Map<String, Long> run(OciContainer container, String program, String... arguments) {
        install(container, program);
        String[] words =
                Command.concat(List.of("/" + program), List.of(arguments)).toArray(String[]::new);
        return parse(container.execFor(SECONDS, words).orFail());
    }

    /** What a program printed. Whatever it is, nothing of it may be a breach. */
    static Map<String, Long> parse(String output) {
        Map<String, Long> seen = new TreeMap<>();
        for (MatchResult line : LINE.matcher(output).results().toList()) {
            seen.put(line.group(2), Long.valueOf(line.group(1)));
        }
        System.out.println("attack: " + seen);
        assertThat(seen.keySet()).noneMatch(what -> what.contains("BREACH"));
        return seen;
    }

    /** The mounts that this process sees: the host's. */
    static String mountsOfTheHost() {
        return mountsOf(ProcessHandle.current().pid());
    }

    static String mountsOf(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/mountinfo"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
