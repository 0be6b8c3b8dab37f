package io.github.seccompagent.linux.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.SilentClient;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.Processors;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who connects: this process, and processes with other credentials. */
class PeerTest {
    @TempDir
    private Path folder;

    private Path path = Path.of("");
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void letEverybodyIn() throws Exception {
        path = folder.resolve("agent.socket");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void thisProcessIsAnAdministrator() throws Exception {
        List<String> before = Processes.specialDescriptors();
        try (ListeningSocket socket = ListeningSocket.bind(path);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            Peer peer = accept(socket);

            assertThat(client.isConnected()).isTrue();
            assertThat(peer.pid()).isEqualTo(LibC.getpid());
            assertThat(peer.uid()).isZero();
            assertThat(peer.evidence()).hasValueSatisfying(evidence -> {
                assertThat(evidence.inOwnUserNamespace()).isTrue();
                assertThat(evidence.inOwnPidNamespace()).isTrue();
            });
            assertThat(peer.isAdministrator()).isTrue();
        }
        assertThat(Processes.newDescriptors(before)).isEmpty();
    }

    @Test
    void oneThatHasDroppedItsPrivilegesIsNone() throws Exception {
        Peer peer = peerOf(false, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");

        assertThat(peer.pid()).isEqualTo((int) processes.get(0).pid());
        assertThat(peer.uid()).isEqualTo(65534);
        assertThat(peer.evidence()).hasValueSatisfying(evidence -> {
            assertThat(evidence.inOwnUserNamespace()).isTrue();
            assertThat(evidence.effectiveCapabilities()).isZero();
        });
        assertThat(peer.isAdministrator()).isFalse();
    }

    @Test
    void rootWithoutTheCapabilityIsNone() throws Exception {
        Peer peer = peerOf(false, "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");

        assertThat(peer.uid()).isZero();
        assertThat(peer.evidence()).hasValueSatisfying(evidence -> {
            assertThat(evidence.effectiveCapabilities() & Capability.CAP_SYS_PTRACE.bit())
                    .isNotZero();
        });
        assertThat(peer.isAdministrator()).isFalse();
    }

    @Test
    void theRootOfAnotherUserNamespaceIsNone() throws Exception {
        Peer peer = peerOf(false, "unshare", "--user", "--map-root-user");

        assertThat(peer.evidence()).hasValueSatisfying(evidence -> {
            assertThat(evidence.inOwnUserNamespace()).isFalse();
            assertThat(evidence.effectiveCapabilities() & Capability.CAP_SYS_ADMIN.bit())
                    .isNotZero();
        });
        assertThat(peer.isAdministrator()).isFalse();
    }

    @Test
    void thePidsOfAnotherNamespaceAreNotTheAgents() throws Exception {
        Peer peer = peerOf(false, "unshare", "--pid", "--fork");

        assertThat(peer.evidence()).hasValueSatisfying(evidence -> {
            assertThat(evidence.inOwnUserNamespace()).isTrue();
            assertThat(evidence.inOwnPidNamespace()).isFalse();
        });
    }

    @Test
    void ofOneThatIsGoneTheKernelKnowsTheUserOnly() throws Exception {
        Peer peer = peerOf(true, "setpriv", "--reuid", "65534", "--clear-groups");

        assertThat(peer.uid()).isEqualTo(65534);
        assertThat(peer.evidence()).isEmpty();
    }

    /** A process that is lost is replaced. Until then the others accept. */
    @Test
    void thereIsAnAcceptorForEachProcessor() throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind(path);
                Executor executor = Executor.start(1);
                PeerAcceptor acceptor = new PeerAcceptor(executor, socket, true, AcceptorStore.NONE)) {
            acceptor.start();
            List<ProcessHandle> all = acceptorsOf(socket);
            assertThat(all).hasSize(Math.min(8, Processors.count()));

            for (ProcessHandle lost : all) {
                lost.destroyForcibly();
                assertThat(peerOfThisProcess(acceptor).isAdministrator()).isTrue();
            }
            while (acceptorsOf(socket).size() < all.size()
                    || acceptorsOf(socket).stream().anyMatch(all::contains)) {
                peerOfThisProcess(acceptor);
            }
        }
    }

    @Test
    void acceptorsEndWithTheSocket() throws Exception {
        ListeningSocket socket = ListeningSocket.bind(path);
        try (Executor executor = Executor.start(1);
                PeerAcceptor acceptor = new PeerAcceptor(executor, socket, true, AcceptorStore.NONE)) {
            acceptor.start();
            List<ProcessHandle> all = acceptorsOf(socket);
            assertThat(all).isNotEmpty();

            socket.close();

            all.forEach(each -> Processes.await(each + " ends", () -> !Processes.runs(each.pid())));
        } finally {
            socket.close();
        }
    }

    private Peer peerOfThisProcess(PeerAcceptor acceptor) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(client.isConnected()).isTrue();
            PeerAcceptor.Accepted accepted = acceptor.next();
            acceptor.take();
            accepted.connection().close();
            return accepted.peer();
        }
    }

    private static List<ProcessHandle> acceptorsOf(ListeningSocket socket) {
        String name = target("/proc/self/fd/" + socket.number());
        return ProcessHandle.allProcesses()
                .filter(each -> target("/proc/" + each.pid() + "/fd/4").equals(name))
                .toList();
    }

    private static String target(String link) {
        try {
            return Files.readSymbolicLink(Path.of(link)).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Has another process connect. Looks at it while it lives or after it is gone. */
    private Peer peerOf(boolean gone, String... prefix) throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind(path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            Process process = connect(prefix);
            if (gone) {
                process.getOutputStream().close();
                assertThat(process.waitFor()).isZero();
            }
            return accept(socket);
        }
    }

    private static Peer accept(ListeningSocket socket) throws IOException {
        try (Executor executor = Executor.start(1);
                PeerAcceptor acceptor = new PeerAcceptor(executor, socket, false, AcceptorStore.NONE)) {
            PeerAcceptor.Accepted accepted = acceptor.next();
            acceptor.take();
            accepted.connection().close();
            return accepted.peer();
        }
    }

    private Process connect(String... prefix) throws IOException {
        Path classes = Files.createDirectories(
                folder.resolve(SilentClient.class.getPackageName().replace('.', '/')));
        for (Path each = classes; !each.equals(folder); each = each.getParent()) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path copy = classes.resolve("SilentClient.class");
        try (InputStream compiled = SilentClient.class.getResourceAsStream("SilentClient.class")) {
            Files.copy(compiled, copy);
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> command = Stream.concat(
                        Stream.of(prefix),
                        Stream.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                folder.toString(),
                                SilentClient.class.getName(),
                                path.toString()))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }
}
