package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
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
    private static final int SIZE = 72;
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
    void tellsWhichRequestItIsAboutAndWhetherTheWorkerStays() {
        byte[] bytes = message(Step.CALL.ordinal(), 0, 7, "");
        assertThat(read(bytes).stays()).isFalse();
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.nativeOrder())
                .putLong(48, -5)
                .putLong(56, 3)
                .putLong(64, 1);

        assertThat(read(bytes).request()).isEqualTo(new RequestNumber(-5, 3));
        assertThat(read(bytes).stays()).isTrue();
    }

    @Test
    void aQuestion() {
        WorkerMessage message = read(message(Step.LINK.ordinal(), 0, 1, "fd/5"));

        assertThat(message.isQuestion()).isTrue();
        assertThat(message.isOfThread()).isTrue();
        assertThat(message.link()).isEqualTo("fd/5");
        assertThat(message.question()).isEqualTo(QUESTION);
    }

    /** A check of some files: the names and their lengths are given apart. */
    private static byte[] check(long count, String names, int... descriptorsAndLengths) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE + 8 + 48 + names.length()).order(ByteOrder.nativeOrder());
        bytes.putInt(Step.CHECK.ordinal()).putInt(0).putLong(count);
        bytes.position(SIZE);
        bytes.putLong(QUESTION);
        for (int i = 0; i < descriptorsAndLengths.length; i += 2) {
            bytes.putInt(descriptorsAndLengths[i])
                    .putInt(descriptorsAndLengths[i + 1])
                    .putLong(100 + i)
                    .putInt(010000)
                    .putInt(i);
        }
        bytes.position(SIZE + 8 + 48);
        names.chars().forEach(character -> bytes.put((byte) character));
        return bytes.array();
    }

    @Test
    void aCheckOfOneFile() {
        WorkerMessage message = read(check(1, "", 5, 0));

        assertThat(message.isQuestion()).isTrue();
        assertThat(message.isCheck()).isTrue();
        assertThat(message.question()).isEqualTo(QUESTION);
        assertThat(message.found()).containsExactly(new FoundPlace(5, TargetString.of(), 100, 010000, false));
    }

    @Test
    void aCheckOfTwoNames() {
        String longest = "n".repeat(4095);

        assertThat(read(check(2, "ab" + longest, 7, 2, 0, 4095)).found())
                .containsExactly(
                        new FoundPlace(7, TargetString.of("ab"), 100, 010000, false),
                        new FoundPlace(0, TargetString.of(longest), 102, 010000, true));
    }

    @Test
    void aCheckThatNoWorkerSendsIsEio() {
        for (byte[] bytes : List.of(
                check(0, ""),
                check(3, "", 5, 0, 6, 0),
                check(-1, "", 5, 0),
                check(1L << 32 | 1, "", 5, 0),
                check(1, "", -1, 0),
                check(1, "a", 5, 0),
                check(1, "a", 5, 2),
                check(1, "a", 5, -1),
                check(1, "a", 5, Integer.MIN_VALUE),
                check(2, "abc", 5, 2, 6, Integer.MAX_VALUE),
                check(2, "abc", 5, 2, 6, 2),
                check(1, "a".repeat(4096), 5, 4096),
                check(1, "a/b", 5, 3),
                check(1, "a\0b", 5, 3))) {
            assertEio(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, ''",
        "13, 0, 1, ''",
        "14, 0, 0, ''",
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
    @ValueSource(ints = {0, 1, 71})
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
            byte[] bytes = new byte[SIZE + random.nextInt(60)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(0, random.nextInt(15) - 1);
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
