package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** close() while containers run. */
class ShutdownTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final SyscallHandler slow = call -> {
        begun.countDown();
        go.await();
        return Response.success();
    };

    @Test
    void aCallThatDoesNotFinishInTimeFailsWithEintr() throws Exception {
        SeccompAgent agent = Agents.withMkdir(slow);
        try (Script script = Script.start(agent, "a", Script.mkdirSays("Interrupted system call"))) {
            begun.await();

            agent.close();

            assertThat(script.await()).isZero();
        }
    }

    @Test
    void aCallThatFinishesInTimeHasItsAnswer() throws Exception {
        SeccompAgent agent =
                Agents.builder(slow).shutdownGrace(Duration.ofSeconds(60)).start();
        try (Script script = Script.start(agent, "a", "mkdir /abc")) {
            begun.await();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
            go.countDown();

            assertThat(script.await()).isZero();
            closing.join();
        }
    }

    @Test
    void laterCallsGetEnosys() throws Exception {
        SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed());
        String script = "mkfifo /wait && mkdir /first && read line < /wait && "
                + "mkdir /second 2>&1 | grep -q 'not implemented'";
        try (Script running = Script.start(agent, "a", script)) {
            await().until(() -> Files.exists(inside(running, "/first")));
            agent.close();
            Files.writeString(inside(running, "/wait"), "go\n");

            assertThat(running.await()).isZero();
        }
    }

    @Test
    void aListenerThatComesAfterwardsIsClosed() throws Exception {
        SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed());
        agent.close();
        try (Script script = Script.start(agent, "a", Script.mkdirSays("not implemented"))) {
            assertThat(script.await()).isZero();
        }
    }

    @Test
    void closeCanBeCalledAgainAndByOthers() throws Exception {
        SeccompAgent agent = Agents.withMkdir(SyscallHandler.proceed());
        CompletableFuture<Void> joined = CompletableFuture.runAsync(() -> {
            try {
                agent.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(joined).isNotDone();

        CompletableFuture<Void> first = CompletableFuture.runAsync(agent::close);
        CompletableFuture<Void> second = CompletableFuture.runAsync(agent::close);
        agent.close();

        first.join();
        second.join();
        joined.join();
    }

    /** The agent ends although a call cannot be answered. */
    @Test
    void aCallThatCannotBeGivenUp(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("agent.socket");
        SeccompAgent agent = Agents.builder(slow).socket(socket).start();
        try (Script script = Script.start(agent, "a", "mkdir /abc")) {
            begun.await();
            script.loseListener();

            agent.close();
            agent.join();
        }
        assertThat(folder).isEmptyDirectory();
        assertThat(ProcessHandle.current().children()).isEmpty();
        await().until(() -> Agents.threads("loop-").isEmpty());
    }

    /** The thread that closes the agent may be interrupted. */
    @Test
    void anInterruptedThreadClosesItAsWell() throws Exception {
        SeccompAgent agent =
                Agents.builder(slow).shutdownGrace(Duration.ofSeconds(60)).start();
        try (Script script = Script.start(agent, "a", Script.mkdirSays("Interrupted system call"))) {
            begun.await();
            Thread closing = new Thread(agent::close);
            closing.start();
            closing.interrupt();

            agent.join();
            assertThat(script.await()).isZero();
        }
    }

    @Test
    void nothingIsLeft(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("agent.socket");
        runOne(socket); // opens what a process opens only once
        awaitThreads();
        List<String> before = Descriptors.special();

        runOne(socket);

        assertThat(folder).isEmptyDirectory();
        awaitThreads();
        await().until(() -> Descriptors.newSpecial(before).isEmpty());
    }

    /** Waits for threads, because they close their descriptors as the last thing they do. */
    private static void awaitThreads() {
        for (String thread : new String[] {"loop-", "watchdog", "acceptor", "resolver-"}) {
            await().until(() -> Agents.threads(thread).isEmpty());
        }
    }

    private static void runOne(Path socket) throws Exception {
        try (SeccompAgent agent =
                        Agents.builder(SyscallHandler.proceed()).socket(socket).start();
                Script script = Script.start(agent, "a", "mkdir /abc")) {
            assertThat(script.await()).isZero();
        }
    }

    private static Path inside(Script script, String path) {
        return Path.of("/proc/" + script.pid() + "/root" + path);
    }
}
