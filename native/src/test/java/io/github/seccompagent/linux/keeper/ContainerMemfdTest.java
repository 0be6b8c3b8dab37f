package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is noted about a container the next process finds. */
class ContainerMemfdTest {
    private static final byte[] STATE = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final long NOTE_AT = (8 << 20) + 4096;
    private static final long MOUNTS_AT = NOTE_AT + 4096;

    @AutoClose
    private final ContainerMemfd own = ContainerMemfd.create(STATE);

    private Path file() {
        return Path.of("/proc/self/fd/" + own.number());
    }

    /** As the keeper gives it to the next process. */
    private ContainerMemfd next() {
        return ContainerMemfd.of(Fd.open(file().toString(), 2));
    }

    private void put(long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    @Test
    void theStateAndWhatIsNoted() {
        own.mounts().write(0, 1, 2, 3);
        own.mounts().write(4095, -1, 0, Long.MAX_VALUE);
        own.mounts().write(200, 0, 0, 0);
        own.mounts().write(7, 7, 7, 7);
        own.mounts().clear(7);
        own.causes().write(255, new long[15]);

        try (ContainerMemfd next = next()) {
            assertThat(next.state()).isEqualTo(STATE);
            assertThat(next.mounts().read())
                    .usingRecursiveComparison()
                    .isEqualTo(Map.of(
                            0, new long[] {1, 2, 3}, 200, new long[3], 4095, new long[] {-1, 0, Long.MAX_VALUE}));
            assertThat(next.causes().read()).containsOnlyKeys(255);
            next.mounts().clear(0);
        }
        assertThat(own.mounts().read()).containsOnlyKeys(200, 4095);
    }

    @Test
    void aNote() throws IOException {
        byte[] longest = new byte[ContainerMemfd.NOTE_BYTES];
        new Random(1).nextBytes(longest);
        assertThat(own.note()).isEmpty();
        own.setNote(longest);
        assertThat(own.note()).isEqualTo(longest);
        own.setNote(new byte[] {1, 2});
        try (ContainerMemfd next = next()) {
            assertThat(next.note()).containsExactly(1, 2);
        }
        for (long length : new long[] {-1, ContainerMemfd.NOTE_BYTES + 1, Long.MAX_VALUE}) {
            put(
                    NOTE_AT,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.nativeOrder())
                            .putLong(length)
                            .array());
            assertThat(own.note()).isEmpty();
        }
        assertThat(own.mounts().isUntouched()).isTrue();
    }

    @Test
    void theLargestState() {
        byte[] bytes = new byte[StateMemfd.MAX_BYTES];
        new Random(1).nextBytes(bytes);
        try (ContainerMemfd large = ContainerMemfd.create(bytes)) {
            large.mounts().write(0, 1, 2, 3);
            assertThat(large.state()).isEqualTo(bytes);
        }
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ContainerMemfd.create(new byte[StateMemfd.MAX_BYTES + 1]));
    }

    /** A container that was never granted a mount costs no more than its state. */
    @Test
    void whatIsEmptyTakesNoMemory() throws IOException {
        assertThat(own.mounts().isUntouched()).isTrue();
        assertThat(own.mounts().read()).isEmpty();
        assertThat(own.causes().read()).isEmpty();
        assertThat(Files.getAttribute(file(), "unix:size")).isInstanceOf(Long.class);
        assertThat(blocks()).isLessThanOrEqualTo(8);

        own.causes().write(0, new long[15]);
        assertThat(own.mounts().isUntouched()).as("the causes are behind them").isTrue();
        own.mounts().write(4095, 1, 2, 3);
        assertThat(own.mounts().isUntouched()).isFalse();
        assertThat(blocks()).isLessThanOrEqualTo(24);
    }

    private long blocks() throws IOException {
        Process stat = new ProcessBuilder(
                        "stat",
                        "-L",
                        "-c",
                        "%b",
                        "/proc/" + ProcessHandle.current().pid() + "/fd/" + own.number())
                .start();
        return Long.parseLong(new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16, 24, 31})
    void anEntryThatIsNotWholeIsNone(int at) throws IOException {
        own.mounts().write(5, 1, 2, 3);
        own.mounts().write(6, 4, 5, 6);
        put(MOUNTS_AT + 5 * 32 + at, new byte[] {77});

        assertThat(next().mounts().read()).containsOnlyKeys(6);
    }

    @Test
    void whateverIsThereIsRead() throws IOException {
        byte[] noise = new byte[256 * 1024];
        new Random(2).nextBytes(noise);
        put(MOUNTS_AT, noise);
        try (ContainerMemfd next = next()) {
            assertThat(next.mounts().read()).isEmpty();
            assertThat(next.causes().read()).isEmpty();
            next.mounts().write(3, 1, 2, 3);
            assertThat(next.mounts().read()).containsOnlyKeys(3);
        }
    }

    /** An entry that came to another place by mistake. */
    @Test
    void anEntryOfAnotherPlaceIsNone() throws IOException {
        own.mounts().write(5, 1, 2, 3);
        byte[] entry = new byte[32];
        LibC.pread(own.number(), entry, entry.length, MOUNTS_AT + 5 * 32);
        put(MOUNTS_AT + 6 * 32, entry);

        assertThat(own.mounts().read()).containsOnlyKeys(5);
    }

    @Test
    void whatIsNoneIsRefused() throws IOException {
        put(8, new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> next().state());
        put(0, new byte[] {1});
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(this::next);

        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> ContainerMemfd.of(Fd.open("/dev/null", 2)));
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> ContainerMemfd.of(StateMemfd.of(STATE)));
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> ContainerMemfd.of(new Fd(LibC.eventfd(0, 0))));
    }

    @Test
    void nobodyCutsItOff() {
        assertThat(LibC.ftruncate(own.number(), 4096)).isNegative();
    }

    /** Somebody else's file may have got the number by then. */
    @Test
    void afterTheCloseNothingIsWritten() {
        own.close();
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> own.mounts().write(0, 1, 2, 3));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> own.mounts().clear(0));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> own.mounts().read());
    }

    @Test
    void thereIsNoPlaceBeyondTheEnd() {
        for (int place : new int[] {-1, 4096, Integer.MAX_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> own.mounts().write(place, 1, 2, 3));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> own.mounts().write(0, 1, 2));
    }
}
