package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent is killed while a call is delayed: the delay goes on. */
@Alone
class KilledDelayIT {
    private static OciContainer start(OciRuntime runtime, KeptAgent agent) {
        OciContainer container =
                OciContainer.start(runtime, OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat"));
        try {
            Files.copy(TestPrograms.AGAIN, container.rootfs().resolve("again"), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return container;
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Also if a signal takes the call away every 10 ms, as Go's runtime does, and so while there is no agent. */
    @ParameterizedTest
    @CsvSource({"CRUN, 0", "RUNC, 10"})
    void itGoesOn(OciRuntime runtime, int every) throws Exception {
        try (KeptAgent agent = KeptAgent.start(StoppingAgent.class, "PT4S");
                OciContainer container = start(runtime, agent)) {
            long begin = System.nanoTime();
            Process calling = container.begin("exec /again mkdir /target " + every);
            pause(2000);
            agent.kill();
            pause(200);
            agent.kill();
            int ready = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

            try (BufferedReader out = calling.inputReader()) {
                String[] told = out.readLine().split(" ");
                assertThat(told[0]).isEqualTo("done");
                // One that began anew would take four seconds from then on.
                assertThat(Integer.parseInt(told[1])).isBetween(3900, Math.max(4000, ready) + 2000);
            }
        }
    }

    /** The next call is another one, and is delayed again, even if it is the same. */
    @Test
    void oneThatIsOverDoesNotGoOn() throws Exception {
        try (KeptAgent agent = KeptAgent.start(StoppingAgent.class, "PT1S");
                OciContainer container = start(OciRuntime.RUNC, agent)) {
            Process calling = container.begin("exec /again twice /target");
            try (BufferedReader out = calling.inputReader()) {
                assertThat(out.readLine()).startsWith("done ");
                agent.kill();
                Files.createFile(container.rootfs().resolve("target.go"));

                String second = out.readLine();
                assertThat(second).startsWith("File exists");
                assertThat(Integer.parseInt(second.substring("File exists ".length())))
                        .isGreaterThanOrEqualTo(990);
            }
            Await.until("its end").until(() -> !calling.isAlive());
        }
    }
}
