package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.resolver.Handlers;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The handlers that come with the agent, in a program that embeds it. mknod has its own test. */
class HandlersIT {
    private static EmbeddedAgent delaying(int seconds) {
        return EmbeddedAgent.with(handlers -> handlers.on(
                        "mkdir", Handlers.delay(Duration.ofSeconds(seconds), Handlers.mkdirWithSuffix("")))
                .on("chmod", Handlers.chmod()));
    }

    @ParameterizedTest
    @EnumSource
    void mkdirWithSuffix(OciRuntime runtime) {
        try (EmbeddedAgent agent =
                        EmbeddedAgent.with(handlers -> handlers.on("mkdir", Handlers.mkdirWithSuffix("-of-mine")));
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /home/a; cd /home; mkdir b ./c/").orFail();

            assertThat(container.shell("cd /home; echo *").orFail()).isEqualTo("a-of-mine b-of-mine c-of-mine");
            assertThat(container.shell("mkdir /home/a").err())
                    .isEqualTo("mkdir: can't create directory '/home/a': File exists\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void chmod(OciRuntime runtime) {
        try (EmbeddedAgent agent = EmbeddedAgent.with(handlers -> handlers.on("chmod", Handlers.chmod()));
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.makeFolder("/own", 1000, 1000, "755");
            container
                    .shell("touch /f /g; ln -s f /l; chmod 640 /l; /coreutils/chmod 4755 /g")
                    .orFail();

            assertThat(container.shell("stat -c '%n %a' /f /g").orFail()).isEqualTo("/f 640\n/g 4755");
            container.shellAs(1000, "chmod 700 /own").orFail();
            assertThat(container.shellAs(1000, "chmod 777 /f").err()).isEqualTo("chmod: /f: Operation not permitted\n");
            assertThat(container.shell("chmod 777 /none").status()).isEqualTo(1);
            assertThat(container.shell("stat -c '%n %a' /f /own").orFail()).isEqualTo("/f 640\n/own 700");
        }
    }

    @ParameterizedTest
    @EnumSource
    void fail(OciRuntime runtime) {
        try (EmbeddedAgent agent =
                        EmbeddedAgent.with(handlers -> handlers.on("mkdir", SyscallHandler.fail(Errno.EXDEV)));
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            assertThat(container.shell("mkdir /a").err())
                    .isEqualTo("mkdir: can't create directory '/a': Invalid cross-device link\n");
            assertThat(container.hasFolder("/a")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void delay(OciRuntime runtime) {
        try (EmbeddedAgent agent = delaying(1);
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            long begin = System.nanoTime();
            container.shell("mkdir /a").orFail();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(container.hasFolder("/a")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void othersDoNotWaitForACallThatIsDelayed(OciRuntime runtime) {
        try (EmbeddedAgent agent = delaying(60);
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.begin("mkdir /a");
            Await.until("the call").until(() -> agent.callsInFlight() == 1);

            container.shell("chmod 700 /home").orFail();

            assertThat(container.hasFolder("/a")).isFalse();
            Await.until("the end of all other calls").until(() -> agent.callsInFlight() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyAreDelayedAtATime(OciRuntime runtime) throws InterruptedException {
        try (EmbeddedAgent agent = delaying(2);
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            Process shell = container.begin("for i in 1 2 3 4; do mkdir /$i & done; wait");

            Await.until("all four").until(() -> agent.callsInFlight() == 4);

            assertThat(OciContainer.awaitEnd(shell)).isZero();
            assertThat(container.shell("ls -d /1 /2 /3 /4").status()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfADelayedCallWhoseCallerIsKilled(OciRuntime runtime) throws Exception {
        try (EmbeddedAgent agent = delaying(2);
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            Process shell =
                    container.begin("mkdir /a & until [ -e /go ]; do :; done; kill -9 $!; wait $!; [ $? = 137 ]");
            Await.until("the call").until(() -> agent.callsInFlight() == 1);
            container.makeFolder("/go", 0, 0, "755");
            assertThat(OciContainer.awaitEnd(shell)).as("the caller was killed").isZero();

            Await.until("the handler's end").until(() -> agent.callsInFlight() == 0);

            assertThat(container.hasFolder("/a")).isFalse();
            container.shell("mkdir /a").orFail();
        }
    }
}
