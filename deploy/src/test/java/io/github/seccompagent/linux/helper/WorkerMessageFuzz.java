package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** What a worker says, which stands in a container. An input is one message. */
public final class WorkerMessageFuzz {
    private static final int SIZE = 72;
    private static final int LINK = 80;
    private static final int NAMES = 128;
    private static final int LONGEST = NAMES + 2 * 4095;

    private WorkerMessageFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        boolean truncated = data.length > 0 && data[0] == (byte) 0xfe;
        WorkerMessage message;
        try {
            message = WorkerMessage.of(new MessageBuffer.Message(data, List.of(), truncated));
        } catch (ErrnoException e) {
            assertThat(e.errno()).isEqualTo(Errno.EIO);
            return;
        }
        assertThat(truncated).isFalse();
        assertThat(data.length).isBetween(SIZE, LONGEST);
        ByteBuffer fields = ByteBuffer.wrap(Arrays.copyOf(data, SIZE)).order(ByteOrder.nativeOrder());
        ExecutorWorker.Reply reply = message.reply();
        assertThat(reply.step().ordinal()).isEqualTo(fields.getInt(0));
        assertThat(reply.error()).isEqualTo(fields.getInt(4));
        assertThat(reply.value()).isEqualTo(fields.getLong(8));
        assertThat(reply.missingCapabilities()).isEqualTo(fields.getLong(16));
        assertThat(reply.object().isPresent()).isEqualTo(fields.getLong(32) != 0);
        if (message.isCheck()) {
            assertThat(message.found()).hasSize((int) reply.value()).hasSizeBetween(1, 2);
            assertThat(message.found()).allMatch(found -> found.descriptor() >= 0);
            assertThat(data)
                    .hasSize(NAMES
                            + message.found().stream()
                                    .mapToInt(found -> found.name().length())
                                    .sum());
        } else if (message.isQuestion()) {
            assertThat(message.link()).hasSize(data.length - LINK).isNotEmpty();
        } else {
            assertThat(data).hasSize(SIZE);
            assertThat(reply.error() > 0 || reply.value() >= 0).isTrue();
        }
    }
}
