package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent is started while few descriptors are left. Wherever they run out, the start throws an IOException and leaves
 * nothing behind.
 */
class FewDescriptorsTest {
    private static final int A_USER = 12345;
    private static final int RLIMIT_NOFILE = 7;

    @TempDir
    private static Path folder;

    /** Opens what is opened once for all agents of a process. */
    @BeforeAll
    static void classesAreLoaded() throws IOException {
        start().close();
        limit(limit(1 << 14));
    }

    @Test
    void nothingIsLeftOfAnAgentThatDoesNotStart() throws IOException {
        Map<String, String> before = settledDescriptors();
        boolean started = false;
        int failures = 0;

        for (int limit = firstFree(before); !started; limit++) {
            long usual = limit(limit);
            String failure = "";
            try {
                start().close();
                started = true;
            } catch (IOException e) {
                failure = e.getMessage();
                failures++;
            } finally {
                limit(usual);
            }

            assertThat(files()).as(failure).isEmpty();
            assertThat(ProcessHandle.current().children()).as(failure).isEmpty();
            // Threads end a moment later, and descriptors of earlier tests may be closed meanwhile.
            await().pollDelay(Duration.ZERO)
                    .untilAsserted(() -> assertThat(before).containsAllEntriesOf(descriptors()));
        }
        assertThat(failures).isGreaterThan(10);
    }

    private static SeccompAgent start() throws IOException {
        return Agents.builder(SyscallHandler.proceed())
                .socket(folder.resolve("socket"))
                .allowUid(A_USER)
                .start();
    }

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }

    /** Sets the soft limit. Returns the old one. */
    private static long limit(long most) {
        try (Memory limits = new Memory(16)) {
            call("getrlimit", limits);
            long before = limits.getLong(0);
            limits.setLong(0, most);
            call("setrlimit", limits);
            return before;
        }
    }

    private static void call(String function, Memory limits) {
        int result =
                NativeLibrary.getInstance("c").getFunction(function).invokeInt(new Object[] {RLIMIT_NOFILE, limits});
        assertThat(result).isZero();
    }

    /** Descriptors of earlier tests may be closed a moment later, and make room. */
    private static Map<String, String> settledDescriptors() throws IOException {
        Map<String, String> last = descriptors();
        for (Map<String, String> now = Map.of(); !now.equals(last); ) {
            now = last;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            last = descriptors();
        }
        return last;
    }

    /** Earlier tests may have left descriptors open with numbers above it. */
    private static int firstFree(Map<String, String> open) {
        int number = 0;
        while (open.containsKey(Integer.toString(number))) {
            number++;
        }
        return number;
    }

    private static Map<String, String> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.toList().stream()
                    .filter(Files::exists)
                    .collect(Collectors.toMap(fd -> fd.getFileName().toString(), FewDescriptorsTest::target));
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
