package io.github.seccompagent.linux.helper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe at sockets without an agent. */
class TriedAgentTest {
    private static final int SIGSTOP = 19;

    @TempDir
    private Path folder;

    private volatile String said = "";

    private ServerSocketChannel listen() throws Exception {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket()));
    }

    private Path socket() {
        return folder.resolve("agent.socket");
    }

    @Test
    void itsContainerHasTheIdThatNoOtherHas() throws Exception {
        try (ServerSocketChannel agent = listen();
                ListenerProbe probe = new ListenerProbe()) {
            Thread closing = new Thread(() -> closeAtFirstBytes(agent));
            closing.start();
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> probe.tryOut(socket()))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.ENOSYS);
            closing.join();
            assertThat(said).contains("\"id\":\"" + ListenerProbe.CONTAINER_ID + "\"", "\"pid\":" + probe.pid());
        }
    }

    /** Receives with read(2), which does not receive the listener. The listener is closed with the socket. */
    private void closeAtFirstBytes(ServerSocketChannel agent) {
        try (SocketChannel connection = agent.accept()) {
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            connection.read(bytes);
            said = new String(bytes.array(), 0, bytes.position(), UTF_8);
        } catch (IOException e) {
            said = e.toString();
        }
    }

    @Test
    void oneThatIsStoppedIsNotWaitedForLonger() throws Exception {
        try (ServerSocketChannel agent = listen();
                ListenerProbe probe = new ListenerProbe()) {
            LibC.kill(probe.pid(), SIGSTOP);
            long begin = System.nanoTime();
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> probe.tryOut(socket(), 200))
                    .withMessageContaining("process that tries the agent at " + socket())
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.ETIMEDOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            assertThat(agent.isOpen()).isTrue();
        }
    }

    @Test
    void whereNobodyListensItSaysSo() {
        try (ListenerProbe probe = new ListenerProbe()) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> probe.tryOut(socket()))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.ENOENT);
        }
    }
}
