package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.HeldCalls;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.resolver.NamedResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A worker is killed while a file system does what it asks for, so its call fails with EIO. A signal takes that answer
 * away, and the thread makes the call again. The file system sees it once all the same.
 */
class KilledWorkerIT {
    private static final int HELD_MILLIS = 500;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    @AutoClose
    private static final HeldCalls FILES = new HeldCalls();

    private final AtomicInteger handled = new AtomicInteger();

    @ParameterizedTest
    @CsvSource({"mkdir, new", "mknod, new", "unlink, old", "rename, old"})
    void itsCallIsNotMadeAgain(String call, String kind) throws Exception {
        try (EmbeddedAgent agent = EmbeddedAgent.with(registry -> registry.on(call, this::handle));
                OciContainer container = start(agent.socket(), call)) {
            String name = kind + "-" + call;
            Process calling = begin(container, call, name);
            Processes.kill(workerIn(container));

            assertThat(told(calling)).startsWith("Input/output error after ");
            assertThat(handled).as("the call, and the one after the signal").hasValue(2);
            assertThat(FILES.count("begun " + call + " " + name)).isEqualTo(1);
        }
    }

    /** The worker is killed and the signal comes while there is no agent. */
    @Test
    void norDoesTheNextAgentMakeIt() throws Exception {
        try (KeptAgent agent = KeptAgent.start("pass-through", "--log=warn");
                OciContainer container = start(agent.socket(), "mkdir")) {
            Process calling = begin(container, "mkdir", "new-later");
            ProcessHandle worker = workerIn(container);
            agent.killForNow();
            Processes.kill(worker);
            Processes.signal(callerIn(container), "WINCH");
            agent.startNext();

            assertThat(told(calling)).startsWith("Input/output error after ");
            assertThat(FILES.count("begun mkdir new-later")).isEqualTo(1);
        }
    }

    private static OciContainer start(Path socket, String call) throws IOException {
        OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                OciBundle.notifying(socket).notified(call, call + "at").bind(FILES.folder(), "/held"));
        Files.copy(TestPrograms.ONE_CALL, container.rootfs().resolve("onecall"), StandardCopyOption.COPY_ATTRIBUTES);
        return container;
    }

    /** Returns when the file system has been asked. */
    private static Process begin(OciContainer container, String call, String name) {
        FILES.holdFor(HELD_MILLIS);
        String path = " /held/dir-" + name + "/";
        String to = call.equals("rename") ? path + "new" : "";
        Process calling = container.begin("exec /onecall " + call + path + name + to);
        FILES.awaitLines("begun " + call + " " + name, 1);
        return calling;
    }

    private static String told(Process calling) throws IOException, InterruptedException {
        OciContainer.awaitEnd(calling);
        return new String(calling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Response handle(NotifiedCall call) throws Exception {
        SyscallHandler through = NamedResolver.PASS_THROUGH
                .resolver()
                .resolve(call.container())
                .handlerOf(call.syscall(), call.family());
        if (!Processes.text(call.threadId(), "comm").equals("onecall\n")) {
            return through.handle(call); // of the runtime
        }
        boolean first = handled.incrementAndGet() == 1;
        Response response = through.handle(call);
        if (first) {
            Processes.signal(call.threadId(), "WINCH");
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (call.isWaiting() && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        return response;
    }

    private static ProcessHandle workerIn(OciContainer container) {
        return in(container, "seccomp-helper", "ns/mnt");
    }

    private static long callerIn(OciContainer container) {
        return in(container, "onecall", "ns/pid").pid();
    }

    private static ProcessHandle in(OciContainer container, String name, String namespace) {
        String its = Processes.link(container.pid(), namespace);
        return ProcessHandle.allProcesses()
                .filter(each -> Processes.text(each.pid(), "comm").equals(name + "\n"))
                .filter(each -> Processes.link(each.pid(), namespace).equals(its))
                .findFirst()
                .orElseThrow();
    }
}
