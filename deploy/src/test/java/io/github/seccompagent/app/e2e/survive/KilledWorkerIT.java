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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A worker is killed while a file system does what it asks for, so its call fails with EIO. A signal takes that answer
 * away, and the thread makes the call again. The file system sees it once all the same.
 */
class KilledWorkerIT {
    private static final int HELD_MILLIS = 300;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    @AutoClose
    private static final HeldCalls FILES = new HeldCalls();

    private final AtomicInteger handled = new AtomicInteger();

    @ParameterizedTest
    @CsvSource({"mkdir, new", "mknod, new", "unlink, old", "rename, old"})
    void itsCallIsNotMadeAgain(String call, String kind) throws Exception {
        String path = " /held/dir-" + call + "/" + kind + "-" + call;
        String to = call.equals("rename") ? " /held/dir-" + call + "/new-" + call : "";
        FILES.holdFor(HELD_MILLIS);
        try (EmbeddedAgent agent = EmbeddedAgent.with(registry -> registry.on(call, this::handle));
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified(call, call + "at")
                                .bind(FILES.folder(), "/held"))) {
            Files.copy(
                    TestPrograms.ONE_CALL, container.rootfs().resolve("onecall"), StandardCopyOption.COPY_ATTRIBUTES);
            Process calling = container.begin("exec /onecall " + call + path + to);
            FILES.awaitLines("begun " + call, 1);
            killWorkerIn(container);

            OciContainer.awaitEnd(calling);
            assertThat(new String(calling.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("Input/output error after ");
            assertThat(handled).as("the call, and the one after the signal").hasValue(2);
            assertThat(FILES.count("begun " + call)).isEqualTo(1);
        }
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
            Processes.signal(call.threadId(), "URG");
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (call.isWaiting() && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        return response;
    }

    private static void killWorkerIn(OciContainer container) {
        String namespace = Processes.link(container.pid(), "ns/mnt");
        ProcessHandle worker = ProcessHandle.current()
                .children()
                .filter(child -> Processes.text(child.pid(), "comm").startsWith("seccomp-helper"))
                .flatMap(helper -> Processes.children(helper.pid()).stream())
                .filter(each -> Processes.link(each.pid(), "ns/mnt").equals(namespace))
                .findFirst()
                .orElseThrow();
        Processes.kill(worker);
    }
}
