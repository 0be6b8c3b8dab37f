package io.github.seccompagent.app.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/bench can measure other people's agents beside this one, even if they behave differently. */
class BenchedAgentTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    /** Starts an agent of that kind. */
    public static void main(String... args) throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(args[0]));
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    @Test
    void oneThatSaysNothingIsReadyWhenItListens() {
        String silent = "'" + ProcessHandle.current().info().command().orElseThrow() + "' -cp '"
                + System.getProperty("java.class.path") + "' " + BenchedAgentTest.class.getName() + " {socket}";
        try (BenchedAgent agent = BenchedAgent.start(silent)) {
            assertThat(agent.readyAfterNanos()).isPositive();
        }
    }

    @Test
    void oneThatNeverListensIsAnErrorAndGone() throws Exception {
        Path pid = folder.resolve("pid");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        BenchedAgent.start("sh -c 'echo $$ > " + pid + "; echo listening; sleep 1000 & wait'", SHORT))
                .withMessageContaining("does not listen on")
                .withMessageEndingWith("it said:\nlistening");

        long process = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void oneThatEndsIsAnErrorAtOnce() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> BenchedAgent.start("sh -c 'echo no such option: {socket}; exit 3'"))
                .withMessageContaining("ended with status 3")
                .withMessageContaining("no such option: /");
    }
}
