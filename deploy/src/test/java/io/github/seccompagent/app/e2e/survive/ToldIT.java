package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.survive.Told.Outcome;
import io.github.seccompagent.runtime.SeccompAgent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a storm says about calls that may fail. A call whose worker was killed fails with EIO, and was made or was not
 * made. Whatever it was, a storm blames no other call for it.
 */
class ToldIT {
    private static final int ROUNDS = 40;

    private final AtomicInteger calls = new AtomicInteger(); // of told
    private volatile int failing = Integer.MAX_VALUE; // each call of that number fails

    @ParameterizedTest
    @CsvSource({
        "files, 11, false",
        "files, 11, true",
        "opens, 3, false",
        "opens, 3, true",
        "mounts, 3, false",
        "mounts, 3, true"
    })
    void aCallThatFailsSpoilsNoOther(String mode, int failing, boolean made) throws Exception {
        try (TempFolder folder = TempFolder.create();
                SeccompAgent agent = SeccompAgent.builder()
                        .socket(folder.resolve("agent.socket"))
                        .resolver(container -> failing(StormAgent.resolve(container), made))
                        .start();
                StormContainer container = StormContainer.start(
                        "told",
                        new StormContainer.Kind(OciRuntime.CRUN, true, 0, List.of("delay:1000000:0")),
                        folder.resolve("agent.socket"))) {
            assertThat(agent.isAlive()).isTrue();
            this.failing = failing;
            assertThat(container.exec("told", List.of(mode + ":0:" + ROUNDS)).status())
                    .isZero();

            Verdict verdict = new Verdict(List.of());
            verdict.hear(container);
            assertThat(verdict.failed()).isEmpty();
            List<Told> all = container.told().stream().filter(Told::isCall).toList();
            assertThat(all).extracting(Told::outcome).contains(Outcome.EIO);
            assertThat(all)
                    .filteredOn(each -> each.outcome() != Outcome.EIO)
                    .allMatch(each -> each.outcome() == Outcome.DONE);
        }
    }

    private HandlerRegistry failing(HandlerRegistry registry, boolean made) {
        return HandlerRegistry.builder()
                .otherwise(call -> {
                    SyscallHandler handler = registry.handlerOf(call.syscall(), call.family());
                    if (!isCounted(call) || calls.incrementAndGet() % failing != 0) {
                        return handler.handle(call);
                    }
                    if (made) {
                        handler.handle(call);
                    }
                    return Response.failure(Errno.EIO);
                })
                .build();
    }

    /** A runtime makes some of these calls too. */
    private static boolean isCounted(NotifiedCall call) {
        return Processes.text(call.threadId(), "comm").equals("told\n")
                && !call.syscall().startsWith("sched_");
    }
}
