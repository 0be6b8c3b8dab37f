package io.github.seccompagent.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer.Message;
import io.github.seccompagent.linux.fixture.DescriptorLimit;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Sockets;
import io.github.seccompagent.linux.libc.LibC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBufferTest {
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;
    private final Sockets sockets = new Sockets(Sockets.SEQPACKET);
    private final Fd sent = new Fd(LibC.memfd_create(LibC.string("message-buffer-test"), 1));
    private final MessageBuffer buffer = new MessageBuffer(64);

    @AfterEach
    void close() {
        sockets.close();
        sent.close();
        assertThat(copiesOfSent()).isZero();
    }

    private static long copiesOfSent() {
        return Processes.descriptors().stream()
                .filter(target -> target.contains("message-buffer-test"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100, 253})
    void allDescriptorsOfAMessageArrive(int count) {
        sockets.send("x", sent, count);

        Message message = buffer.receive(sockets.own.number());

        assertThat(message.bytes()).containsExactly('x');
        assertThat(message.fds()).hasSize(count);
        assertThat(message.truncated()).isFalse();
        assertThat(copiesOfSent()).isEqualTo(count + 1);
        message.closeFds();
        assertThat(copiesOfSent()).isEqualTo(1);
    }

    @Test
    void theyAreNotInherited() {
        sockets.send("x", sent, 2);

        Message message = buffer.receive(sockets.own.number());

        assertThat(message.fds()).allMatch(fd -> LibC.fcntl(fd.number(), F_GETFD, 0) == FD_CLOEXEC);
        message.closeFds();
    }

    @Test
    void moreThanTheKernelTakesAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> sockets.send("x", sent, 254));
    }

    @Test
    void descriptorsThatFindNoPlaceAreReportedAndNoneIsLost() {
        sockets.send("x", sent, 100);
        int highest = sent.number() + 20; // at most 20 descriptors get a number below that

        Message message = DescriptorLimit.with(highest, () -> buffer.receive(sockets.own.number()));

        assertThat(message.truncated()).isTrue();
        assertThat(message.fds()).hasSizeLessThan(100);
        assertThat(copiesOfSent()).isEqualTo(message.fds().size() + 1);
        message.closeFds();
    }

    @Test
    void aMessageWithoutDescriptorsHasNoneOfTheLastOne() {
        sockets.send("x", sent, 3);
        buffer.receive(sockets.own.number()).closeFds();
        sockets.send("y");

        assertThat(buffer.receive(sockets.own.number()).fds()).isEmpty();
    }

    @Test
    void whereNothingHasComeYetThereIsNoMessage() {
        assertThat(buffer.receiveNow(sockets.own.number())).isEmpty();
    }

    @Test
    void theEndOfTheConnectionIsEndOfFile() {
        sockets.peer.close();

        assertThat(buffer.receive(sockets.own.number()).isEndOfFile()).isTrue();
    }

    @Test
    void toSendToNobodyIsAnErrorAndNoSignal() {
        sockets.own.close();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> sockets.send("x", sent, 1))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EPIPE);
    }
}
