package io.github.seccompagent.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.seccompagent.linux.fixture.HostileFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class MountTableLimitsTest extends HostileFiles {
    private static final List<GrantedMount> MOUNTS = List.of(new GrantedMount(36, 33, 0), new GrantedMount(7, 8, 0));

    static Stream<Arguments> parsers() {
        return Stream.of(arguments(
                "36 31 0:33 /a\\040b /c rw,relatime master:1 - cgroup2 cgroup rw,devices\n",
                parser(file -> MountTable.of(file, MOUNTS))));
    }

    /** Reads a table of 40 MB, with lines of 4 KiB, in a heap of 6 MiB. */
    @Test
    void aTableOfMountsTakesNoMoreMemoryThanTheMountsThatAreLookedFor() throws Exception {
        Process small = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx6m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeTable.class.getName())
                .inheritIO()
                .start();
        assertThat(small.waitFor()).isZero();
    }

    static final class LargeTable {
        private LargeTable() {}

        public static void main(String[] none) {
            String line = "36 31 0:33 /" + "a".repeat(4000) + " /b rw - tmpfs none rw\n";
            byte[] text = line.getBytes(StandardCharsets.ISO_8859_1);
            long[] given = {0};
            MountTable table = MountTable.of(
                    buffer -> {
                        int count = (int) Math.min(buffer.length, 40_000_000 - given[0]);
                        for (int i = 0; i < count; i++) {
                            buffer[i] = text[(int) (given[0]++ % text.length)];
                        }
                        return count;
                    },
                    MOUNTS);
            System.exit(table.mayHave(MOUNTS.get(0)) && !table.mayHave(MOUNTS.get(1)) ? 0 : 1);
        }
    }
}
