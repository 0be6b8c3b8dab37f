package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateConnectionTest {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Sockets sockets = new Sockets(Sockets.STREAM);
    private final Fd sent = new Fd(LibC.memfd_create(LibC.string("state-connection-test"), 1));
    private final StateConnection connection = new StateConnection(sockets.own);

    @AfterEach
    void close() {
        connection.close();
        sockets.close();
        sent.close();
        Processes.await("all copies are closed", () -> copiesOfSent() == 0);
    }

    private boolean receive() {
        Optional<byte[]> piece = connection.receive();
        piece.ifPresent(received::writeBytes);
        return piece.isPresent();
    }

    private static long copiesOfSent() {
        return Processes.descriptors().stream()
                .filter(target -> target.contains("state-connection-test"))
                .count();
    }

    @Test
    void nothingHasComeAtFirst() {
        assertThat(receive()).isFalse();
        assertThat(connection.length()).isZero();
        assertThat(connection.hasEnded()).isFalse();
    }

    @Test
    void piecesAreJoined() {
        sockets.send("{\"a\"", sent, 1);
        assertThat(receive()).isTrue();
        assertThat(receive()).isFalse();
        sockets.send(":1");
        assertThat(receive()).isTrue();
        sockets.send("}");
        assertThat(receive()).isTrue();

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(connection.length()).isEqualTo(7);
        assertThat(connection.fdCount()).isEqualTo(1);
        assertThat(connection.hasEnded()).isFalse();
    }

    @Test
    void aLargeStateComesWhole() {
        String large = "x".repeat(100_000);
        sockets.send(large, sent, 1);
        while (connection.length() < large.length()) {
            assertThat(receive()).isTrue();
        }

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo(large);
        assertThat(connection.fdCount()).isEqualTo(1);
    }

    @Test
    void theEndIsSeenAfterAllThatWasSent() {
        sockets.send("abc");
        sockets.peer.close();

        assertThat(receive()).isTrue();
        assertThat(connection.hasEnded()).isFalse();
        assertThat(receive()).isTrue();
        assertThat(connection.hasEnded()).isTrue();
        assertThat(connection.length()).isEqualTo(3);
    }

    @Test
    void aConnectionThatBreaksIsAnError() {
        byte[] unread = {1};
        assertThat(LibC.write(sockets.own.number(), unread, 1)).isEqualTo(1);
        sockets.peer.close();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(connection::receive)
                .withMessageContaining("ECONNRESET");
    }

    @Test
    void descriptorsOfAllMessagesAreCountedAndClosed() {
        sockets.send("a", sent, 253);
        sockets.send("b", sent, 47);
        assertThat(receive()).isTrue();
        assertThat(connection.fdCount()).isEqualTo(253);
        assertThat(receive()).isTrue();

        assertThat(connection.fdCount()).isEqualTo(300);
        assertThat(copiesOfSent()).isEqualTo(301);
        connection.close();
        Processes.await("the copies are closed", () -> copiesOfSent() == 1);
    }

    @Test
    void moreDescriptorsThanThereIsRoomForAreReported() {
        sockets.send("a", sent, 100);

        DescriptorLimit.with(sent.number() + 20, connection::receive);

        assertThat(connection.isTruncated()).isTrue();
        connection.close();
        Processes.await("the copies are closed", () -> copiesOfSent() == 1);
    }

    @Test
    void aDescriptorThatWasTakenIsNotClosedWithTheConnection() {
        sockets.send("a", sent, 2);
        connection.receive();

        try (Fd taken = connection.takeFd()) {
            connection.close();

            assertThat(ProcFile.readLink("/proc/self/fd/" + taken.number())).contains("state-connection-test");
            Processes.await("the other one is closed", () -> copiesOfSent() == 2);
        }
    }
}
