package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker stands in a container, so its messages are checked. */
class WorkerMessageTest {
    private static final int SIZE = 48;
    private static final int SEQPACKET = 5;
    private static final long QUESTION = 1L << 40;

    private static byte[] message(int step, int error, long value, String link) {
        boolean isQuestion = step == Step.LINK.ordinal();
        ByteBuffer bytes =
                ByteBuffer.allocate(SIZE + (isQuestion ? 8 : 0) + link.length()).order(ByteOrder.nativeOrder());
        bytes.putInt(step).putInt(error).putLong(value);
        bytes.position(SIZE);
        if (isQuestion) {
            bytes.putLong(QUESTION);
        }
        link.chars().forEach(character -> bytes.put((byte) character));
        return bytes.array();
    }

    private static WorkerMessage read(byte[] bytes) {
        return WorkerMessage.of(new MessageBuffer.Message(bytes, List.of(), false));
    }

    @Test
    void aReply() {
        WorkerMessage message = read(message(Step.CALL.ordinal(), 0, 7, ""));

        assertThat(message.isQuestion()).isFalse();
        assertThat(message.reply().value()).isEqualTo(7);
        assertThat(message.reply().isOfTheCall()).isTrue();
    }

    @Test
    void aQuestion() {
        WorkerMessage message = read(message(Step.LINK.ordinal(), 0, 1, "fd/5"));

        assertThat(message.isQuestion()).isTrue();
        assertThat(message.isOfThread()).isTrue();
        assertThat(message.link()).isEqualTo("fd/5");
        assertThat(message.question()).isEqualTo(QUESTION);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, ''",
        "12, 0, 0, ''",
        "2147483647, 0, 0, ''",
        "-2147483648, 1, 0, ''",
        "8, -1, 0, ''",
        "8, 0, -1, ''",
        "8, 0, 0, more",
        "3, 0, 0, ''",
        "11, 0, 0, ''",
        "11, 0, 0, fd/0123456789012345678901234567890",
    })
    void whatNoWorkerSaysIsEio(int step, int error, long value, String link) {
        assertEio(message(step, error, value, link));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47})
    void aMessageThatIsTooShortIsEio(int size) {
        assertEio(new byte[size]);
    }

    private static void assertEio(byte[] bytes) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> read(bytes))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }

    @Test
    void anyBytesAreAMessageOrEio() {
        Random random = new Random(20);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[SIZE + random.nextInt(40)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(0, random.nextInt(14) - 1);
            try {
                assertThat(read(bytes).reply().step()).isNotNull();
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.EIO);
            }
        }
    }

    @Test
    void noDescriptorIsTakenFromAWorker() {
        int[] pair = new int[2];
        assertThat(LibC.socketpair(1, SEQPACKET, 0, pair)).isZero();
        try (Fd agents = new Fd(pair[0]);
                Fd workers = new Fd(pair[1])) {
            List<String> before = Processes.descriptors();
            byte[] reply = message(Step.CALL.ordinal(), 0, 0, "");
            new MessageBuffer(SIZE).putBytes(0, reply).send(workers.number(), SIZE, 0, 1, 2);

            MessageBuffer.Message message = new MessageBuffer(4096).receiveBytes(agents.number());

            assertThat(message.fds()).isEmpty();
            assertThat(Processes.descriptors()).hasSameSizeAs(before);
            assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> WorkerMessage.of(message));
        }
    }
}
