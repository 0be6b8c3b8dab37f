package io.github.seccompagent.linux.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

class ListeningSocketTest {
    @TempDir
    private Path folder;

    private final Executor executor = Executor.start(1);
    private final List<PeerAcceptor> acceptors = new CopyOnWriteArrayList<>();
    private final List<ListeningSocket> bound = new CopyOnWriteArrayList<>();
    private Path path = Path.of("");

    @AfterEach
    void closeSockets() throws IOException {
        acceptors.forEach(PeerAcceptor::close);
        executor.close();
        for (ListeningSocket socket : bound) {
            socket.close();
        }
    }

    @BeforeEach
    void choosePath() {
        path = folder.resolve("agent.socket");
    }

    @Test
    void aConnectionIsAccepted() throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind(path);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                Fd connection = accept(socket)) {
            client.write(ByteBuffer.wrap(new byte[] {42}));

            byte[] received = new byte[2];
            assertThat(LibC.read(connection.number(), received, 2)).isEqualTo(1);
            assertThat(received[0]).isEqualTo((byte) 42);
            assertThat(LibC.fcntl(connection.number(), 1, 0))
                    .as("close-on-exec")
                    .isEqualTo(1);
        }
    }

    private Fd accept(ListeningSocket socket) throws IOException {
        return accept(acceptor(socket));
    }

    private static Fd accept(PeerAcceptor acceptor) throws IOException {
        Fd connection = acceptor.next().connection();
        acceptor.take();
        return connection;
    }

    private PeerAcceptor acceptor(ListeningSocket socket) {
        PeerAcceptor acceptor = new PeerAcceptor(executor, socket, false, AcceptorStore.NONE);
        acceptors.add(acceptor);
        acceptor.start();
        return acceptor;
    }

    @Test
    void nothingButTheSocketIsLeftInTheFolder() throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind(path)) {
            assertThat(socket.path()).isEqualTo(path);
            assertThat(content()).containsExactly(path);
        }
        assertThat(content()).isEmpty();
    }

    @Test
    void thePathAppearsWhenAllIsReady() throws Exception {
        List<Boolean> there = new ArrayList<>();
        try (ListeningSocket socket = ListeningSocket.bind(path, 0, bound -> there.add(Files.exists(path)))) {
            assertThat(socket.path()).exists();
        }
        assertThat(there).containsExactly(false);
    }

    @Test
    void nothingIsLeftIfItDoesNotGetReady() throws Exception {
        assertThatIllegalStateException()
                .isThrownBy(() -> ListeningSocket.bind(path, 0, bound -> {
                    throw new IllegalStateException();
                }));
        assertThat(content()).isEmpty();
    }

    @Test
    void aStaleSocketIsReplaced() throws Exception {
        leaveStaleSocket();

        try (ListeningSocket socket = ListeningSocket.bind(path);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                Fd connection = accept(socket)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(connection.number()).isPositive();
            assertThat(content()).containsExactly(path);
        }
    }

    @Test
    void aLiveSocketIsRefusedAndUndisturbed() throws Exception {
        try (ListeningSocket first = ListeningSocket.bind(path)) {
            assertThatExceptionOfType(ListeningSocket.InUseException.class)
                    .isThrownBy(() -> ListeningSocket.bind(path).close())
                    .withMessageContaining(path.toString());

            PeerAcceptor acceptor = acceptor(first);
            accept(acceptor).close(); // the connection by which the second one looked
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                    Fd connection = accept(acceptor)) {
                assertThat(client.isConnected()).isTrue();
                assertThat(connection.number()).isPositive();
            }
            assertThat(content()).containsExactly(path);
        }
    }

    @Test
    void ofManyThatBindAtOnceOneSucceeds() throws Exception {
        List<CompletableFuture<Boolean>> attempts = Stream.generate(() -> CompletableFuture.supplyAsync(this::binds))
                .limit(8)
                .toList();

        assertThat(attempts).filteredOn(CompletableFuture::join).hasSize(1);
    }

    /** Leaves the socket bound until the end of the test. A socket that nobody holds would be collected and closed. */
    private boolean binds() {
        try {
            bound.add(ListeningSocket.bind(path));
            return true;
        } catch (ListeningSocket.InUseException expected) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRegularFileIsRefusedAndKept() throws Exception {
        Files.writeString(path, "precious");

        assertThatIOException().isThrownBy(() -> ListeningSocket.bind(path)).withMessageContaining("not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aFolderAndALinkAreRefusedAndKept() throws Exception {
        Path other = Files.createDirectory(folder.resolve("folder"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("folder"));

        assertThatIOException().isThrownBy(() -> ListeningSocket.bind(other));
        assertThatIOException().isThrownBy(() -> ListeningSocket.bind(link));
        assertThat(content()).containsExactlyInAnyOrder(other, link);
    }

    @Test
    void aMissingFolderIsAnErrorThatSaysSo() {
        assertThatIOException()
                .isThrownBy(() -> ListeningSocket.bind(folder.resolve("no/where")))
                .withMessageContaining("does not exist");
    }

    @Test
    void aPathThatNobodyCouldConnectToIsRefused() {
        Path tooLong = folder.resolve("x".repeat(108 - folder.toString().length() - 1));
        assertThat(tooLong.toString()).hasSize(108);

        assertThatIOException()
                .isThrownBy(() -> ListeningSocket.bind(tooLong))
                .withMessageContaining("longer than 107 bytes");
    }

    @Test
    void theLongestPathWorks() throws Exception {
        Path longest = folder.resolve("x".repeat(107 - folder.toString().length() - 1));

        try (ListeningSocket socket = ListeningSocket.bind(longest);
                AFUNIXSocket client = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(longest)); // the JDK takes 106
                Fd connection = accept(socket)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(connection.number()).isPositive();
        }
    }

    @Test
    void closeLeavesAFileThatAnotherHasPutThere() throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind(path)) {
            assertThat(socket.isClosed()).isFalse();
            Files.delete(path);
            leaveStaleSocket();
        }
        assertThat(content()).containsExactly(path);
    }

    @Test
    void closeEndsAnAcceptThatWaits() throws Exception {
        ListeningSocket socket = ListeningSocket.bind(path);
        CompletableFuture<Void> accepting = new CompletableFuture<>();
        PeerAcceptor own = acceptor(socket);
        Thread acceptor = new Thread(() -> {
            try {
                accept(own).close();
                accepting.complete(null);
            } catch (IOException e) {
                accepting.completeExceptionally(e);
            }
        });
        acceptor.start();
        Processes.await(
                "the thread accepts",
                () -> Stream.of(acceptor.getStackTrace())
                        .anyMatch(frame -> List.of("recvmsg", "poll").contains(frame.getMethodName())));

        socket.close();

        acceptor.join();
        assertThat(accepting).isCompletedExceptionally();
        assertThat(socket.isClosed()).isTrue();
        assertThatIOException().isThrownBy(own::next);
    }

    /** Looks at the path all the time, on another thread. */
    @Test
    void onlyTheOwnerCanConnectAtEveryInstant() throws Exception {
        Looker looker = new Looker();
        looker.start();
        for (int times = 0; (times < 500 || looker.seen < 500) && looker.isAlive(); times++) {
            ListeningSocket.bind(path).close();
        }
        looker.stopped = true;
        looker.join();

        assertThat(looker.problem).isEmpty();
    }

    private final class Looker extends Thread {
        private volatile int seen;
        private volatile boolean stopped;
        private volatile String problem = "";

        @Override
        public void run() {
            while (!stopped && problem.isEmpty()) {
                try {
                    String mode = PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                    seen++;
                    problem = mode.equals("rw-------") ? "" : mode;
                } catch (IOException notThere) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private void leaveStaleSocket() throws IOException {
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(Files.exists(path)).isTrue();
    }

    private List<Path> content() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
