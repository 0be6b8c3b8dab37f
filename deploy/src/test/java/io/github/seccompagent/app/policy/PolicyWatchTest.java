package io.github.seccompagent.app.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which policy is used while its file changes. */
class PolicyWatchTest {
    @TempDir
    private Path folder;

    private static String granting(String... names) {
        return "version: 1\ngrants:\n  " + String.join(": {}\n  ", names) + ": {}\n";
    }

    private static Set<String> grants(PolicyWatch watch) {
        return watch.get().policy().grants().keySet();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private PolicyWatch watch(Path file) {
        return PolicyWatch.start(file, KeptPolicy.none(), false);
    }

    private static void awaitRefusals(PolicyWatch watch, int count) {
        Await.until("a refused policy").until(() -> watch.refusals() == count);
        assertThat(watch.isStale()).isTrue();
    }

    private static void awaitLoads(PolicyWatch watch, int count) {
        Await.until("a new policy").until(() -> watch.loads() == count);
        assertThat(watch.isStale()).isFalse();
    }

    @Test
    void everyChangeCountsOnce() throws IOException {
        Path file = write("p", granting("a"));
        try (PolicyWatch watch = watch(file)) {
            write("p", granting("b"));
            awaitLoads(watch, 1);
            assertThat(grants(watch)).containsExactly("b");

            write("p", "version: 1\ngrants: {b: {}");
            awaitRefusals(watch, 1);
            assertThat(grants(watch)).containsExactly("b");

            Files.delete(file);
            awaitRefusals(watch, 2);
            assertThat(grants(watch)).containsExactly("b");

            write("next", granting("c"));
            Files.move(folder.resolve("next"), file, StandardCopyOption.ATOMIC_MOVE);
            awaitLoads(watch, 2);
            assertThat(grants(watch)).containsExactly("c");
            assertThat(watch.refusals()).isEqualTo(2);
        }
    }

    /** A kubelet makes a new folder, and moves the link ..data there. */
    @Test
    void aConfigMapChanges() throws IOException {
        Files.createDirectories(folder.resolve("..1"));
        Files.createDirectories(folder.resolve("..2"));
        write("..1/policy.yaml", granting("a"));
        write("..2/policy.yaml", granting("b"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Path file = Files.createSymbolicLink(folder.resolve("policy.yaml"), Path.of("..data/policy.yaml"));
        try (PolicyWatch watch = watch(file)) {
            Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
            Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

            awaitLoads(watch, 1);
            assertThat(grants(watch)).containsExactly("b");
        }
    }

    /** The same size and modification time, as with {@code cp -p}. */
    @Test
    void aChangeThatHidesItsTime() throws IOException {
        Path file = write("p", granting("a"));
        try (PolicyWatch watch = watch(file)) {
            var time = Files.getLastModifiedTime(file);
            write("p", granting("b"));
            Files.setLastModifiedTime(file, time);

            awaitLoads(watch, 1);
            assertThat(grants(watch)).containsExactly("b");
        }
    }

    @Test
    void whatIsNoPolicyAtTheStart() throws IOException {
        Path bad = write("bad", "version: 1\ngrant: {}\n");
        assertThatThrownBy(() -> watch(bad))
                .isInstanceOf(UsageException.class)
                .hasMessage(bad + ":2:1: 'grant' is no field of a policy: perhaps grants: write grants");
        assertThatThrownBy(() -> watch(folder.resolve("none"))).hasMessageEndingWith("none: there is no such file");
        assertThatThrownBy(() -> watch(folder)).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> watch(Path.of("/dev/kmsg"))).hasMessageContaining("it is no regular file");
        Path open = write("open", granting("a"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> watch(open)).hasMessageContaining("every user may write it");
        Path large = write("large", " ".repeat(10 << 20));
        assertThatThrownBy(() -> watch(large)).hasMessageContaining("larger than 1 MiB, and no policy is");
    }

    @Test
    void theNextAgentHasTheCopyOfTheLast() throws IOException {
        KeptPolicy kept = KeptPolicy.besideSocket(folder.resolve("socket"));
        Path file = write("p", granting("a"));
        PolicyWatch.start(file, kept, false).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("socket.policy"))))
                .isEqualTo("rw-------");
        write("p", "nonsense");

        assertThatThrownBy(() -> PolicyWatch.start(file, kept, false)).isInstanceOf(UsageException.class);
        try (PolicyWatch next = PolicyWatch.start(file, kept, true)) {
            assertThat(grants(next)).containsExactly("a");
            assertThat(next.isStale()).isTrue();

            write("p", granting("b"));
            awaitLoads(next, 1);
            assertThat(grants(next)).containsExactly("b");
        }
        Files.delete(file);
        try (PolicyWatch next = PolicyWatch.start(file, kept, true)) {
            assertThat(grants(next)).containsExactly("b");
        }
    }
}
