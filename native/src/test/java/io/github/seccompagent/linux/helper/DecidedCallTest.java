package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.ExecutorWorker.Decider;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.mount.MountLookup;
import io.github.seccompagent.linux.mount.MountPoints;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker waits for a decision, and acts on what was decided on. */
class DecidedCallTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @AutoClose
    private final SmallContainer container;

    @AutoClose
    private final Executor executor = Executor.start(1);

    private final List<FoundFile> found = new ArrayList<>();

    DecidedCallTest() throws Exception {
        container = Shell.idle();
    }

    @BeforeEach
    void theCommandRuns() {
        Processes.await(
                "the command runs", () -> Processes.name(container.pid()).equals("busybox"));
    }

    private Decider answer(Optional<Errno> answer) {
        return files -> {
            found.addAll(files);
            return answer;
        };
    }

    private static TargetPath path(String path) {
        return new TargetPath(TargetPath.AT_FDCWD, TargetString.of(path));
    }

    private Path inside(String path) {
        return Path.of("/proc/" + container.pid() + "/root" + path);
    }

    private Reply run(HelperRequest request, Duration deadline, ExecutorWorker.Waiter waiter, Decider decider) {
        try (AdoptedCaller caller = Adopted.open(container.pid(), request);
                ExecutorWorker worker = executor.take()) {
            return worker.run(new RequestNumber(1, 1), request, caller, deadline, waiter, Optional.of(decider))
                    .orElseThrow();
        }
    }

    private Reply run(HelperRequest request, Decider decider) {
        return run(request, DEADLINE, () -> true, decider);
    }

    private static HelperRequest mkdir(String path) {
        return new HelperRequest.Mkdir(path(path), 0777);
    }

    @Test
    void itIsMadeWhereItWasDecided() throws Exception {
        Files.createSymbolicLink(inside("/link"), Path.of("/etc/.././etc"));

        Reply reply = run(mkdir("/link//../etc/made/"), answer(Optional.empty()));

        assertThat(reply.error()).isZero();
        assertThat(inside("/etc/made")).isDirectory();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).link()).isEqualTo(TargetString.of("/etc"));
        assertThat(found.get(0).name()).isEqualTo(TargetString.of("made"));
    }

    /** The kernel and the table say the same. */
    @Test
    void theMountIsOneOfItsNamespace() {
        run(mkdir("/made"), answer(Optional.of(Errno.EACCES)));

        MountNamespace namespace = MountNamespace.ofContainer(KnownProcess.of(container.pid()), "");
        assertThat(namespace.isSeenBy(container.pid(), "")).isTrue();
        FoundFile file = found.get(0);
        TargetString root = TargetString.of("/");
        assertThat(MountPoints.find(container.pid(), file.tableId())).contains(root);
        if (namespace.id() != 0) {
            assertThat(new MountLookup().pointOf(file.mount(), namespace.id())).contains(root);
            assertThat(new MountLookup().pointOf(file.mount() - 1, namespace.id()))
                    .isNotEqualTo(Optional.of(root));
        }
        assertThat(file.on(root).path()).isEqualTo(TargetString.of("/made"));
    }

    @Test
    void aRefusalIsTheErrorOfTheCall() {
        Reply reply = run(mkdir("/refused"), answer(Optional.of(Errno.EXDEV)));

        assertThat(reply.isOfTheCall()).isTrue();
        assertThat(reply.errno()).isEqualTo(Errno.EXDEV);
        assertThat(inside("/refused")).doesNotExist();
    }

    @Test
    void nobodyIsAskedAboutWhatFails() {
        assertThat(run(mkdir("/nowhere/made"), answer(Optional.empty())).errno())
                .isEqualTo(Errno.ENOENT);
        assertThat(run(mkdir("/etc/.."), answer(Optional.empty())).errno()).isEqualTo(Errno.EEXIST);
        assertThat(found).isEmpty();
    }

    @Test
    void twoPathsAreDecidedTogether() throws Exception {
        Files.createFile(inside("/old"));

        HelperRequest rename = new HelperRequest.Rename(path("old"), path("/etc/new"), 0);
        assertThat(run(rename, answer(Optional.empty())).error()).isZero();

        assertThat(inside("/etc/new")).exists();
        assertThat(found.stream().map(file -> file.link() + " " + file.name())).containsExactly("/ old", "/etc new");
    }

    /** Before anybody learns of it, the worker is gone: nothing is made later. */
    @Test
    void aDecisionThatThrowsIsNone() {
        assertThatThrownBy(() -> run(mkdir("/thrown"), files -> {
                    throw new IllegalStateException("of a test");
                }))
                .hasMessage("of a test");
        assertThat(inside("/thrown")).doesNotExist();
    }

    @Test
    void aLateDecisionIsNone() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> run(mkdir("/late"), Duration.ofMillis(200), () -> true, files -> {
                    LockSupport.parkUntil(System.currentTimeMillis() + 250);
                    return Optional.empty();
                }))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ETIMEDOUT);
        assertThat(inside("/late")).doesNotExist();
    }

    @Test
    void aDecisionThatNobodyWaitsForIsNone() {
        AtomicBoolean waits = new AtomicBoolean(true);

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> run(mkdir("/gone"), DEADLINE, waits::get, files -> {
                    waits.set(false);
                    return Optional.empty();
                }))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ECANCELED);
        assertThat(inside("/gone")).doesNotExist();
    }
}
