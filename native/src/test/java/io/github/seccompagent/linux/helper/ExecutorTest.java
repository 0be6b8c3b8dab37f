package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Makes calls on behalf of a process in a real container. */
class ExecutorTest {
    private static final RequestNumber NUMBER = new RequestNumber(1, 1);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int IDLE = 2;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SmallContainer container;
    private final Executor executor = Executor.start(IDLE);

    ExecutorTest() throws Exception {
        container = Shell.idle();
    }

    @BeforeEach
    void theCommandRuns() {
        Processes.await(
                "the command runs", () -> Processes.name(container.pid()).equals("busybox"));
    }

    @AfterEach
    void close() {
        executor.close();
        container.close();
        assertThat(Processes.helpers("execute")).isEmpty();
    }

    @Test
    void theCallIsMadeInTheCallersRoot() throws Exception {
        Reply reply = mkdir("/made", 0777);

        assertThat(reply.step()).isEqualTo(ExecutorWorker.Step.CALL);
        assertThat(reply.error()).isZero();
        assertThat(reply.missingCapabilities()).isZero();
        assertThat(reply.object().orElseThrow().inode()).isEqualTo(Files.getAttribute(inside("/made"), "unix:ino"));
        assertThat(Files.isDirectory(inside("/made"))).isTrue();
        assertThat(Files.exists(Path.of("/made"))).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inside("/made"))))
                .as("the caller's umask is 022")
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void theErrorOfTheCallIsTheReplys() {
        Reply reply = mkdir("/etc", 0777);

        assertThat(reply.isOfTheCall()).isTrue();
        assertThat(reply.errno()).isEqualTo(Errno.EEXIST);
        assertThat(mkdir("/nowhere/made", 0777).errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void aRelativePathStartsFromTheWorkingDirectory() {
        assertThat(mkdir("relative", 0777).error()).isZero();
        assertThat(Files.isDirectory(inside("/relative"))).isTrue();
    }

    /** Without a call it stays for 50 ms, so it can only go sooner because it sees the end. */
    @Test
    void aWorkerThatStaysGoesWhenTheContainerEnds() throws Exception {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 40 && shortest > IDLE_NANOS / 2; i++) {
            shortest = Math.min(shortest, nanosOfStaying(i));
        }

        assertThat(shortest).isLessThan(IDLE_NANOS / 2);
    }

    /** How long a worker stays after its call, if another container ends, which it is told to watch. */
    private long nanosOfStaying(int number) throws Exception {
        TargetPath path = path("/stays-" + number);
        HelperRequest request = new HelperRequest.Mkdir(path, 0700);
        SmallContainer ending = Shell.idle();
        try (Listener listener = Listener.of(ending.takeListener());
                ThreadFolder folder = ThreadFolder.of(container.pid());
                AdoptedCaller caller = AdoptedCaller.open(folder, folder.status(), true, request)
                        .waitingAt(listener);
                ExecutorWorker worker = executor.take()) {
            caller.letWorkerStay();
            Reply reply =
                    worker.run(NUMBER, request, caller, DEADLINE, () -> true).orElseThrow();
            long begin = System.nanoTime();
            assertThat(reply.error()).isZero();
            assertThat(worker.stays()).isTrue();
            ending.close();
            Processes.await("the end of the worker", worker::hasEnded);
            return System.nanoTime() - begin;
        } finally {
            ending.close();
        }
    }

    @Test
    void bytesThatAreNotTextAreANameAsAnyOther() throws Exception {
        TargetPath path =
                new TargetPath(TargetPath.AT_FDCWD, TargetString.of((byte) '/', (byte) 'q', (byte) 0xff, (byte) 0xfe));

        assertThat(perform(new HelperRequest.Mkdir(path, 0700), path).error()).isZero();
        Process find = new ProcessBuilder(
                        "sh", "-c", "test -d \"$(printf '/proc/%d/root/q\\377\\376' " + container.pid() + ")\"")
                .start();
        assertThat(find.waitFor()).isZero();
    }

    @Test
    void manyCallsOfManyThreadsAreAllMadeAndLeaveNothing() throws Exception {
        mkdir("/first", 0777); // whatever is made once, is made now
        List<String> descriptorsBefore = Processes.specialDescriptors();
        int threads = 8;
        int each = 40;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < threads * each; i++) {
            String path = "/many-" + i;
            calls.add(() -> mkdir(path, 0777).error());
        }
        for (Future<Integer> call : pool.invokeAll(calls)) {
            assertThat(call.get()).isZero();
        }
        pool.shutdown();

        for (int i = 0; i < threads * each; i++) {
            assertThat(Files.isDirectory(inside("/many-" + i), LinkOption.NOFOLLOW_LINKS))
                    .isTrue();
        }
        assertThat(Processes.newDescriptors(descriptorsBefore)).isEmpty();
        assertThat(Processes.helpers("execute")).hasSize(1);
        Processes.await(
                "only idle workers are left", () -> Processes.workers(helper()).size() == IDLE);
    }

    @Test
    void aHelperThatWasKilledIsStartedAgain() throws Exception {
        ProcessHandle killed = helper();
        List<ProcessHandle> workers = Processes.workers(killed);
        Processes.signal(killed.pid(), "KILL");
        Processes.await("it is gone", () -> !Processes.runs(killed.pid()));

        for (int i = 0; i < 2 * IDLE + 2; i++) {
            assertThat(mkdir("/after-" + i, 0777).error()).isZero();
        }
        assertThat(helper().pid()).isNotEqualTo(killed.pid());
        assertThat(Processes.runs(killed.pid())).isFalse();
        Processes.await(
                "its idle workers are gone too",
                () -> workers.stream().noneMatch(worker -> Processes.runs(worker.pid())));
    }

    @Test
    void aCallIsMadeAlthoughTheHelperIsKilled() throws Exception {
        List<ProcessHandle> stopped = stopAllWorkers();
        try (AdoptedCaller caller = adopt(path("/survives"));
                ExecutorWorker worker = executor.take()) {
            Processes.signal(helper().pid(), "KILL");
            for (ProcessHandle each : stopped) {
                Processes.signal(each.pid(), "CONT");
            }

            assertThat(worker.run(NUMBER, mkdirRequest("/survives"), caller, DEADLINE, () -> true)
                            .orElseThrow()
                            .error())
                    .isZero();
        }
        assertThat(Files.isDirectory(inside("/survives"))).isTrue();
    }

    @Test
    void aWorkerPastItsDeadlineIsKilled() throws Exception {
        List<ProcessHandle> stopped = stopAllWorkers();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> perform(mkdirRequest("/late"), path("/late"), Duration.ofMillis(50)))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ETIMEDOUT);

        Processes.await(
                "one worker was killed", () -> stopped.stream().anyMatch(worker -> !Processes.runs(worker.pid())));
        assertThat(Files.exists(inside("/late"))).isFalse();
    }

    @Test
    void aCallThatNobodyWantsAnyMoreIsEnded() throws Exception {
        List<ProcessHandle> stopped = stopAllWorkers();
        try (AdoptedCaller caller = adopt(path("/unwanted"));
                ExecutorWorker worker = executor.take()) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> worker.run(NUMBER, mkdirRequest("/unwanted"), caller, DEADLINE, () -> false))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.ECANCELED);
        }
        Processes.await(
                "its worker was killed", () -> stopped.stream().anyMatch(worker -> !Processes.runs(worker.pid())));
    }

    @Test
    void aWorkerThatDiesBeforeItReplies() throws Exception {
        List<ProcessHandle> stopped = stopAllWorkers();
        Thread killer = new Thread(() -> stopped.forEach(ProcessHandle::destroyForcibly));
        try (AdoptedCaller caller = adopt(path("/died"));
                ExecutorWorker worker = executor.take()) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> worker.run(NUMBER, mkdirRequest("/died"), caller, DEADLINE, () -> {
                        killer.start(); // the request was sent before this
                        return true;
                    }))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.EIO);
        }
        killer.join();
    }

    @Test
    void aClosedExecutorMakesNoCalls() {
        executor.close();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(executor::take)
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }

    @Test
    void closeEndsTheHelperAndItsWorkers() {
        ProcessHandle helper = helper();
        List<ProcessHandle> workers = Processes.workers(helper);
        assertThat(workers).hasSizeGreaterThanOrEqualTo(IDLE);

        executor.close();

        assertThat(Processes.runs(helper.pid())).isFalse();
        Processes.await(
                "the workers are gone", () -> workers.stream().noneMatch(worker -> Processes.runs(worker.pid())));
    }

    /** Stops all idle workers, so that a call takes as long as the test wants. The stopped workers are taken next. */
    private List<ProcessHandle> stopAllWorkers() throws Exception {
        Processes.await(
                "all idle workers are there", () -> Processes.workers(helper()).size() == IDLE);
        List<ProcessHandle> workers = Processes.workers(helper());
        for (ProcessHandle worker : workers) {
            Processes.signal(worker.pid(), "STOP");
        }
        return workers;
    }

    private static ProcessHandle helper() {
        return Processes.helpers("execute").get(0);
    }

    private Reply mkdir(String path, int mode) {
        return perform(new HelperRequest.Mkdir(path(path), mode), path(path));
    }

    private static HelperRequest mkdirRequest(String path) {
        return new HelperRequest.Mkdir(path(path), 0777);
    }

    private static TargetPath path(String path) {
        return new TargetPath(TargetPath.AT_FDCWD, TargetString.of(path));
    }

    private Reply perform(HelperRequest request, TargetPath path) {
        return perform(request, path, DEADLINE);
    }

    private Reply perform(HelperRequest request, TargetPath path, Duration deadline) {
        try (AdoptedCaller caller = adopt(path);
                ExecutorWorker worker = executor.take()) {
            return worker.run(NUMBER, request, caller, deadline, () -> true).orElseThrow();
        }
    }

    private AdoptedCaller adopt(TargetPath path) {
        return Adopted.open(container.pid(), new HelperRequest.Mkdir(path, 0777));
    }

    private Path inside(String path) {
        return Path.of("/proc/" + container.pid() + "/root" + path);
    }
}
