package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.libc.LibC;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads three pages of this process. The page behind them cannot be read. */
class TargetMemoryTest {
    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private final TargetMemory memory = new TargetMemory();
    private final int threadId = ThreadInterrupt.currentThreadId();
    private Pointer pages = Pointer.NULL;

    @BeforeEach
    void map() {
        pages = function("mmap")
                .invokePointer(new Object[] {Pointer.NULL, 4L * PAGE, PROT_READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L});
        assertThat(function("mprotect").invokeInt(new Object[] {pages.share(3 * PAGE), (long) PAGE, 0}))
                .isZero();
    }

    @AfterEach
    void unmap() {
        function("munmap").invokeInt(new Object[] {pages, 4L * PAGE});
    }

    private static Function function(String name) {
        return NativeLibrary.getInstance("c").getFunction(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 4000, 4095, 4096, 4097, 8192})
    void aStringIsReadWhereverItBegins(int offset) {
        put(offset, "some/path");

        assertThat(read(offset)).isEqualTo(TargetString.of("some/path"));
    }

    @Test
    void bytesThatAreNotTextAreKept() {
        pages.write(10, new byte[] {(byte) 0xff, (byte) 0xfe, '\n', 0}, 0, 4);

        assertThat(read(10).bytes()).containsExactly(0xff, 0xfe, '\n');
    }

    @Test
    void theEmptyStringIsOne() {
        assertThat(read(3 * PAGE - 1)).isEqualTo(TargetString.of(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 255, 256, 257, 258, 4095, 4096})
    void aStringMayEndWithTheLastByteThatCanBeRead(int size) {
        String text = "a".repeat(size - 1);
        put(3 * PAGE - size, text);

        assertThat(read(3 * PAGE - size)).isEqualTo(TargetString.of(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 255, 256, 257, 4095})
    void aStringThatRunsIntoMemoryThatCannotBeReadIsEfault(int size) {
        fill(3 * PAGE - size, size);

        assertFails(3 * PAGE - size, Errno.EFAULT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 4095})
    void aStringMayHave4095Bytes(int offset) {
        String text = "a".repeat(4095);
        put(offset, text);

        assertThat(read(offset)).isEqualTo(TargetString.of(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 4095})
    void aStringOf4096BytesIsTooLong(int offset) {
        put(offset, "a".repeat(4096));

        assertFails(offset, Errno.ENAMETOOLONG);
    }

    @Test
    void theLimitAndItsErrorAreTheCallers() {
        put(0, "abcd");

        assertThat(memory.readString(threadId, address(0), 5, Errno.EINVAL)).isEqualTo(TargetString.of("abcd"));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> memory.readString(threadId, address(0), 4, Errno.EINVAL))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void whatWasReadBeforeIsNotReadAgain() {
        put(0, "the first string");
        read(0);
        put(100, "b");

        assertThat(read(100)).isEqualTo(TargetString.of("b"));
    }

    @Test
    void memoryThatCannotBeReadIsEfault() {
        assertFails(3 * PAGE, Errno.EFAULT);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, -4096, Long.MIN_VALUE, 0x7fff_ffff_f000L})
    void anAddressThatIsNobodysIsEfault(long address) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> memory.readString(threadId, address, PAGE, Errno.ENAMETOOLONG))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EFAULT);
    }

    @Test
    void aThreadThatIsGoneIsEsrch() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> memory.readString((int) process.pid(), address(0), PAGE, Errno.ENAMETOOLONG))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ESRCH);
    }

    private TargetString read(int offset) {
        return memory.readString(threadId, address(offset), PAGE, Errno.ENAMETOOLONG);
    }

    private void assertFails(int offset, Errno errno) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> read(offset))
                .extracting(ErrnoException::errno)
                .isEqualTo(errno);
    }

    private long address(int offset) {
        return Pointer.nativeValue(pages) + offset;
    }

    private void put(int offset, String text) {
        fill(0, 3 * PAGE); // so that no string ends by chance
        byte[] bytes = LibC.string(text);
        pages.write(offset, bytes, 0, bytes.length);
    }

    private void fill(int offset, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        pages.write(offset, bytes, 0, length);
    }
}
