package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.linux.cgroup.FreezableCgroup;
import io.github.seccompagent.linux.process.KnownProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Finds which cgroups belong to a container alone, so that freezing them affects nobody else. */
class FreezableCgroupIT {
    @AutoClose
    private final Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.of("freezer"), "freezable");

    private final Freezer freezer =
            new Freezer(cgroup.folder(), cgroup.hierarchy().controller().isEmpty());
    private final Process first = sleepInIt();

    private Process sleepInIt() {
        return startInIt("sleep", "1000");
    }

    private Process startInIt(String... command) {
        List<String> enter = List.of("sh", "-c", "echo $$ >\"$0\" && exec \"$@\"", cgroup.folder() + "/cgroup.procs");
        try {
            Process process = new ProcessBuilder(Command.concat(enter, List.of(command))).start();
            Await.until("a process in " + cgroup)
                    .until(() -> Files.readAllLines(cgroup.folder().resolve("cgroup.procs"))
                            .contains(Long.toString(process.pid())));
            return process;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private FreezableCgroup ofContainer(String id) {
        return FreezableCgroup.of(KnownProcess.of((int) first.pid()), id);
    }

    @AfterEach
    void end() {
        freezer.thaw();
        first.destroyForcibly();
    }

    @Test
    void oneThatHoldsNobodyElse() {
        FreezableCgroup own = ofContainer("unnamed");
        assertThat(own.has((int) first.pid())).isTrue();
        assertThat(own.has((int) ProcessHandle.current().pid())).isFalse();

        own.freeze();
        Await.until("the frozen process").until(freezer::isFrozen);
    }

    /** If crun does not manage cgroups, the container is in the cgroup of whoever started it. */
    @Test
    void notOneThatHoldsAnotherProcess() {
        Process other = sleepInIt();
        try {
            assertRefused();
            assertThat(ofContainer(cgroup.folder().getFileName().toString())).isNotNull();
        } finally {
            other.destroyForcibly();
        }
    }

    /** The runtime does not wait for the agent, so the container may have got far. */
    @Test
    void oneThatHoldsTheProcessesOfAContainer() throws IOException {
        Process shell =
                startInIt("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", "sleep 1000 & exec sleep 1000");
        try {
            Await.until("the container's processes")
                    .until(() -> shell.descendants().count() == 2);
            int init = (int) shell.children().findFirst().orElseThrow().pid();
            leave(first);
            leave(shell);
            assertThat(FreezableCgroup.of(KnownProcess.of(init), "unnamed")).isNotNull();

            cgroup.add(first.pid());
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> FreezableCgroup.of(KnownProcess.of(init), "unnamed"));
        } finally {
            shell.destroyForcibly();
        }
    }

    private void leave(Process process) throws IOException {
        Files.writeString(cgroup.hierarchy().mountPoint().resolve("cgroup.procs"), Long.toString(process.pid()));
    }

    @Test
    void notOneThatHoldsAnotherCgroup() throws IOException {
        Path below = Files.createDirectory(cgroup.folder().resolve("below"));
        try {
            assertRefused();
        } finally {
            Files.delete(below);
        }
    }

    private void assertRefused() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ofContainer("unnamed"))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EPERM))
                .withMessageContaining("no cgroup to itself");
    }
}
