package io.github.seccompagent.linux.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Sockets;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes on a connection, received by a process. */
class StateConnectionTest {
    private static final String SENT = "state-connection-test";

    private static final int F_DUPFD_CLOEXEC = 1030;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Sockets sockets = new Sockets(Sockets.STREAM);
    private final Fd sent = new Fd(LibC.memfd_create(LibC.string(SENT), 1));
    private final Executor executor = Executor.start(1);
    private final StateReceiver receiver = new StateReceiver(executor, 4, 0);
    private final StateConnection connection = new StateConnection(sockets.own, receiver);

    @AfterEach
    void close() {
        connection.close();
        receiver.close();
        executor.close();
        sockets.close();
        sent.close();
        Processes.await("all copies are closed", () -> copiesOfSent() == 0);
    }

    /** Waits for the next piece, as the loop does. */
    private void receive() {
        receive(connection);
    }

    private void receive(StateConnection from) {
        Optional<byte[]> piece = from.receive();
        while (piece.isEmpty()) {
            Fd lent = new Fd(from.number());
            assertThat(Poll.hasInput(lent, 5_000)).isTrue();
            lent.release();
            piece = from.receive();
        }
        received.writeBytes(piece.get());
    }

    private static long copiesOfSent() {
        return Processes.descriptors().stream()
                .filter(target -> target.contains(SENT))
                .count();
    }

    private static boolean isHeldByAnother() {
        return helpers().stream().anyMatch(StateConnectionTest::holdsSent);
    }

    private static boolean holdsSent(long pid) {
        return Processes.descriptors(pid).stream().anyMatch(link -> link.contains(SENT));
    }

    @Test
    void nothingHasComeAtFirst() {
        assertThat(connection.receive()).isEmpty();
        assertThat(connection.receive()).isEmpty();
        assertThat(connection.length()).isZero();
        assertThat(connection.hasEnded()).isFalse();
    }

    @Test
    void piecesAreJoined() {
        sockets.send("{\"a\"", sent, 1);
        receive();
        sockets.send(":1");
        receive();
        sockets.send("}");
        receive();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(connection.length()).isEqualTo(7);
        assertThat(connection.fdCount()).isEqualTo(1);
        assertThat(connection.hasEnded()).isFalse();
    }

    /** The reader of all connections would stand still. Those that are at work wait for that reader. */
    @Test
    void nobodyWaitsForAProcessThatIsAtWork() {
        StateReceiver ofOne = new StateReceiver(executor, 1, 20_000);
        List<Fd> begun = new ArrayList<>();
        try {
            long begin = System.nanoTime();
            for (Optional<Fd> next = ofOne.receive(sockets.own); next.isPresent(); next = ofOne.receive(sockets.own)) {
                begun.add(next.get());
            }
            assertThat(begun).isNotEmpty();
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(15));
        } finally {
            begun.forEach(Fd::close);
            ofOne.close();
        }
    }

    @Test
    void aLargeStateComesWhole() {
        String large = "x".repeat(100_000);
        sockets.send(large, sent, 1);
        while (connection.length() < large.length()) {
            receive();
        }

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo(large);
        assertThat(connection.fdCount()).isEqualTo(1);
    }

    /** As when the agent before, and the process with it, are killed right after the process has got its work. */
    @Test
    void anotherProcessReceivesIfThatOfTheAgentBeforeIsKilledUnread() {
        sockets.send("abc");
        try (SocketPair killed = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            connection.resume(killed.takeOwn());
        }
        receive();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("abc");
    }

    @Test
    void theEndIsSeenAfterAllThatWasSent() {
        sockets.send("abc");
        sockets.peer.close();

        receive();
        assertThat(connection.hasEnded()).isFalse();
        receive();
        assertThat(connection.hasEnded()).isTrue();
        assertThat(connection.length()).isEqualTo(3);
    }

    @Test
    void aConnectionThatBreaksIsAnError() {
        byte[] unread = {1};
        assertThat(LibC.write(sockets.own.number(), unread, 1)).isEqualTo(1);
        sockets.peer.close();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(this::receive)
                .withMessageContaining("ECONNRESET");
    }

    /** Closing them could take for ever. */
    @Test
    void descriptorsOfAnyOtherKindNeverComeToTheAgent() {
        sockets.send("a", sent, 253);
        receive();

        assertThat(connection.fdCount()).isEqualTo(253);
        assertThat(connection.takeListener(0)).isEmpty();
        assertThat(copiesOfSent()).isEqualTo(1);
        Processes.await("the process that received them ends", () -> !isHeldByAnother());
    }

    @Test
    void oneThatIsNoListenerIsCountedOnly() {
        sockets.send("a", sent, 1);
        receive();

        assertThat(connection.fdCount()).isEqualTo(1);
        assertThat(connection.takeListener(0)).isEmpty();
        assertThat(copiesOfSent()).isEqualTo(1);
    }

    /** The other descriptors stay with the process that received them. */
    @Test
    void listenersComeWithTheirPlaces() throws Exception {
        try (Fd first = listener();
                Fd second = listener()) {
            sockets.send("a", sent, first, sent, second);
            receive();
        }

        assertThat(connection.fdCount()).isEqualTo(4);
        assertThat(connection.takeListener(0)).isEmpty();
        assertThat(connection.takeListener(2)).isEmpty();
        assertThat(copiesOfSent()).isEqualTo(1);
        for (int place : new int[] {1, 3}) {
            try (Fd taken = connection.takeListener(place).orElseThrow()) {
                assertThat(ProcFile.readLink("/proc/self/fd/" + taken.number())).isEqualTo("anon_inode:seccomp notify");
            }
        }
    }

    @Test
    void placesGoOnWithTheNextMessage() throws Exception {
        try (Fd listener = listener()) {
            sockets.send("a", sent, 3);
            sockets.send("b", listener);
            receive();
            receive();
        }

        connection.takeListener(3).orElseThrow().close();
    }

    @Test
    void noMoreThanAFewListenersCome() throws Exception {
        long before = listeners();
        try (Fd listener = listener()) {
            sockets.send("a", listener, 253);
            receive();
            assertThat(listeners() - before).isEqualTo(1 + StateConnection.MAX_FDS);
        }

        connection.close();

        assertThat(listeners()).isEqualTo(before);
    }

    private static long listeners() {
        return Processes.descriptors().stream()
                .filter(target -> target.equals("anon_inode:seccomp notify"))
                .count();
    }

    private static Fd listener() throws InterruptedException {
        Fd[] listener = new Fd[1];
        Thread thread = new Thread(() -> listener[0] = newListener());
        thread.start();
        thread.join();
        return listener[0];
    }

    @Test
    void aListenerComes() throws Exception {
        try (Fd listener = listener()) {
            sockets.send("a", listener, 1);
        }
        receive();

        try (Fd taken = connection.takeListener(0).orElseThrow()) {
            assertThat(ProcFile.readLink("/proc/self/fd/" + taken.number())).isEqualTo("anon_inode:seccomp notify");
            assertThat(connection.takeListener(0)).isEmpty();
        }
    }

    /** What the process that receives has, the next agent gets again, and what comes after that. */
    @Test
    void theNextAgentGetsAllFromTheStart() throws Exception {
        List<Fd> kept = new ArrayList<>();
        StateConnection first = new StateConnection(copy(sockets.own), receiver, pieces -> kept.add(copy(pieces)));
        sockets.send("{\"a\"", sent, 1);
        receive(first);
        try (Fd listener = listener()) {
            sockets.send(":1", listener);
        }
        receive(first);
        first.leaveKept();
        received.reset();

        sockets.send("}");
        connection.resume(kept.get(0));
        while (connection.length() < 7) {
            receive();
        }
        sockets.peer.close();
        receive();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(connection.fdCount()).isEqualTo(2);
        assertThat(connection.hasEnded()).isTrue();
        connection.takeListener(1).orElseThrow().close();
    }

    /** A peer has room for some hundred short pieces only, and then waits for the next agent. */
    @Test
    void theNextAgentGetsAnyNumberOfPieces() throws Exception {
        List<Fd> kept = new ArrayList<>();
        StateConnection first = new StateConnection(copy(sockets.own), receiver, pieces -> kept.add(copy(pieces)));
        sockets.send("0");
        receive(first);
        first.leaveKept();
        received.reset();
        Thread peer = new Thread(() -> {
            for (int i = 1; i < 2_000; i++) {
                sockets.send(Integer.toString(i % 10));
            }
        });
        peer.start();

        connection.resume(kept.get(0));
        while (connection.length() < 2_000) {
            receive();
        }
        peer.join();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("0123456789".repeat(200));
    }

    /** It was killed before it could have the socket kept: nothing was received for it. */
    @Test
    void anAgentThatIsKilledAtOnceHasReceivedNothing() {
        receiver.receive(sockets.own).orElseThrow().close();
        sockets.send("abc");
        receive();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("abc");
    }

    private static Fd copy(Fd fd) {
        return new Fd(LibC.fcntl(fd.number(), F_DUPFD_CLOEXEC, 0));
    }

    /** The listener of a filter that allows everything, for the calling thread. */
    private static Fd newListener() {
        NativeBuffer program = new NativeBuffer(24);
        program.putLong(0, 0x7fff0000_00000006L); // return SECCOMP_RET_ALLOW
        program.putLong(8, 1).putLong(16, program.address());
        return new Fd(RawSyscalls.seccomp(1, 1 << 3, program.address() + 8));
    }

    @Test
    void whatWasNeverReceivedIsClosedByAnotherProcess() {
        sockets.send("a", sent, 253);

        connection.close();

        Processes.await("the connection is closed", () -> LibC.write(sockets.peer.number(), new byte[] {1}, 1) < 0);
    }

    /** To start a process costs more than to receive a state. */
    @Test
    void aProcessThatIsDoneHasNothingLeftAndIsUsedAgain() {
        sockets.send("{}", sent, 1);
        receive();
        Set<Long> holders = helpers();
        holders.removeIf(pid -> !holdsSent(pid));
        assertThat(holders).hasSize(1);
        int most = Processes.descriptors(holders.iterator().next()).size() - 3; // the state's, the agent's, the peer's

        connection.close();

        Processes.await("nothing of it is left", () -> !isHeldByAnother());
        assertThat(holders).allSatisfy(pid -> {
            assertThat(Processes.runs(pid)).isTrue();
            Processes.await(
                    "all of it is closed", () -> Processes.descriptors(pid).size() <= most);
        });
    }

    @Test
    void processesThatHangAreLimited() {
        StateReceiver small = new StateReceiver(executor, 1, 0);
        try (Sockets held = new Sockets(Sockets.STREAM);
                Sockets next = new Sockets(Sockets.STREAM)) {
            Fd first = small.receive(held.own).orElseThrow();
            Fd second = small.receive(next.own).orElseThrow();
            assertThat(LibC.write(second.number(), new byte[8], 8)).isEqualTo(8);
            next.send("x");
            assertThat(Poll.hasInput(second, 300)).isFalse();

            first.close();

            assertThat(Poll.hasInput(second, 5_000)).isTrue();
            second.close();
        } finally {
            small.close();
        }
    }

    /**
     * While the receiver is full, nothing is accepted, so nothing more has to be closed. Only isFull() can find out
     * that there is room again.
     */
    @Test
    void thereIsRoomAgainWhenThoseThatCloseKeepUp() throws Exception {
        StateReceiver slow = new StateReceiver(executor, 1, 0);
        Set<Long> others = helpers();
        discardOne(slow);
        Set<Long> closing = new HashSet<>();
        try {
            Processes.await("all who close stand still", () -> stopNew(others, closing));
            for (int i = 0; !slow.isFull(); i++) {
                assertThat(i).isLessThan(100_000);
                discardOne(slow);
            }
            for (long pid : closing) {
                Processes.signal(pid, "CONT");
            }

            Processes.await("there is room again", () -> !slow.isFull());
        } finally {
            slow.close();
        }
    }

    /** A process that still starts another one does not stand still yet. Returns whether all do. */
    private static boolean stopNew(Set<Long> others, Set<Long> stopped) {
        Set<Long> found = helpers();
        found.removeAll(others);
        found.removeAll(stopped);
        found.forEach(pid -> Processes.signal(pid, "STOP"));
        stopped.addAll(found);
        stopped.removeIf(pid -> !Processes.runs(pid)); // its work was done before the signal came
        return found.isEmpty() && !stopped.isEmpty() && stopped.stream().allMatch(Processes::isStopped);
    }

    private static void discardOne(StateReceiver receiver) {
        Sockets one = new Sockets(Sockets.STREAM);
        one.peer.close();
        receiver.discard(one.own);
    }

    /** Those of this process: each process that starts helpers has a file of its own with their program. */
    private static Set<Long> helpers() {
        Object own = programOf(Processes.helpers("execute").get(0).pid());
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> Processes.name(pid).equals("seccomp-helper"))
                .filter(pid -> own.equals(programOf(pid)))
                .collect(Collectors.toSet());
    }

    private static Object programOf(long pid) {
        try {
            return Files.readAttributes(Path.of("/proc/" + pid + "/exe"), BasicFileAttributes.class)
                    .fileKey();
        } catch (IOException gone) {
            return "";
        }
    }
}
