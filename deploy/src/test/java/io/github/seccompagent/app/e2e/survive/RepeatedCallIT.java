package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A signal takes a call away that was made on behalf, its thread makes the call again, and the agent is killed then:
 * the call has been made once, and its caller is told so.
 */
class RepeatedCallIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mkdir mkdir mkdirat",
                "mknod mknod mknodat",
                "symlink symlink symlinkat",
                "link link linkat",
                "rename rename renameat renameat2",
                "exchange renameat2",
                "unlink unlink unlinkat",
                "open open openat"
            })
    void whoseAnswerWasRefused(String call) {
        isMadeOnce("refused", call);
    }

    /** The agent had no time to answer. */
    @ParameterizedTest
    @ValueSource(strings = {"mkdir mkdir mkdirat", "exchange renameat2", "unlink unlink unlinkat", "open open openat"})
    void thatWasNotAnswered(String call) {
        isMadeOnce("unanswered", call);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "unanswered", "killed"})
    void aMountThatWasMadeThenCanBeTakenOff(String when) {
        isMadeOnce(when, "mount mount umount umount2", container -> {
            assertThat(container.shell("grep -c ' /target ' /proc/mounts").out())
                    .isEqualTo("1\n");
            container.shell("umount /target").orFail();
            assertThat(container.shell("grep -c ' /target ' /proc/mounts").out())
                    .isEqualTo("0\n");
        });
    }

    private static void isMadeOnce(String when, String call) {
        isMadeOnce(when, call, container -> {});
    }

    private interface Check {
        void of(OciContainer container);
    }

    private static void isMadeOnce(String when, String call, Check check) {
        String[] words = call.split(" ", 2);
        try (KeptAgent agent = KeptAgent.start(StoppingAgent.class, when);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified(words[1].split(" "))
                                .metadata("PASS_OPEN=true"))) {
            Files.copy(TestPrograms.AGAIN, container.rootfs().resolve("again"), StandardCopyOption.COPY_ATTRIBUTES);
            Process calling = container.begin("exec /again " + words[0] + " /target");
            for (int i = 0; i < StoppingAgent.TIMES; i++) {
                int kills = i;
                Await.until("the call that is made again")
                        .until(() -> agent.keeper().countLogged(StoppingAgent.STOPPED) > kills);
                agent.kill();
            }
            assertThat(OciContainer.awaitEnd(calling)).isZero();
            assertThat(new String(calling.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("done ");
            check.of(container);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
