package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of procfs hold what containers put there: as much as they like, and what they like. */
class ProcLimitsTest {
    private static final List<GrantedMount> MOUNTS = List.of(new GrantedMount(36, 33, 0), new GrantedMount(7, 8, 0));
    private static final int ROUNDS = 3000;
    private static final long MOST = 65L << 20;

    /** The parsers, each with a line that it likes. */
    private static final Map<String, Consumer<ToIntFunction<byte[]>>> PARSERS = Map.of(
            "Groups:\t4 24 4294967294\nUid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\nCapEff:\tffffffffa80425fb\n",
            ThreadStatus::parse,
            "36 31 0:33 /a\\040b /c rw,relatime master:1 - cgroup2 cgroup rw,devices\n",
            file -> MountTable.of(file, MOUNTS),
            "37 31 0:33 /a\\040b /c rw,relatime master:1 - cgroup cgroup rw,memory\n",
            file -> MountInfo.read(file, mount -> mount.type().startsWith("cgroup")),
            "4:devices,memory:/a/b\n0::/a:b\n",
            Cgroups::paths,
            "         0     100000      65536\n",
            file -> UserNamespace.isRoot(file, 7),
            "pos:\t0\nflags:\t012000000\nmnt_id:\t15\n",
            OpenFiles::isOnlyPlace,
            "1 (a b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n",
            file -> ProcLines.read(
                    "stat", file, 4096, 4096, line -> ThreadStat.parse(line).start() >= 0));

    static Stream<Arguments> parsers() {
        return PARSERS.entrySet().stream().map(parser -> Arguments.of(parser.getKey(), parser.getValue()));
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void aFileWithoutEndIsNotReadToItsEnd(String line, Consumer<ToIntFunction<byte[]>> parser) {
        Stream.of(line, line.replace("\n", ""), "x".repeat(5000) + "\n", "Groups:\t1 2 ", ":", "\n", "0 ")
                .map(Texts.Endless::new)
                .forEach(file -> {
                    onlyErrnos(() -> parser.accept(file));
                    assertThat(file.given()).isLessThan(MOST);
                });
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void whateverIsInAFileItIsNoOtherException(String line, Consumer<ToIntFunction<byte[]>> parser) {
        Random random = new Random(14);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] file = line.repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.ISO_8859_1);
            for (int changes = random.nextInt(8); changes > 0; changes--) {
                file[random.nextInt(file.length)] = strange(random);
            }
            byte[] cut = java.util.Arrays.copyOf(file, random.nextInt(file.length + 1));
            onlyErrnos(() -> parser.accept(Texts.source(cut)));
        }
    }

    private static byte strange(Random random) {
        String often = " \t\n:-/,\\09-)f\0";
        return random.nextBoolean() ? (byte) random.nextInt() : (byte) often.charAt(random.nextInt(often.length()));
    }

    private static void onlyErrnos(Runnable parse) {
        try {
            parse.run();
        } catch (ErrnoException expected) {
            assertThat(expected.errno()).isEqualTo(Errno.EIO);
        }
    }

    @Test
    void ofALongLineTheBeginningIsGiven() {
        StringBuilder seen = new StringBuilder();
        ProcLines.read("x", Texts.source("abcdef\nab\n\nabcdefgh"), 4, 100, line -> {
            seen.append(line).append('|');
            return true;
        });
        assertThat(seen).hasToString("abcd|ab||abcd|");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99})
    void aFileThatIsTooLongIsEio(int most) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ProcLines.read("x", new Texts.Endless("a\n"), 4, most, line -> true))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }

    @Test
    void noMoreIsReadThanIsWanted() {
        Texts.Endless fdinfo = new Texts.Endless("flags:\t02\ntfd:        9 events:       19 data: 9\n");

        assertThat(OpenFiles.isOnlyPlace(fdinfo)).isFalse();
        assertThat(fdinfo.given()).isEqualTo(4096);
    }

    /** A thousand mounts at a long path, each of which takes 4 KiB, many times over: in a heap of 6 MiB. */
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
