package io.github.seccompagent.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcFileTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 100_000})
    void theWholeFileIsRead(int size, @TempDir Path folder) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);

        assertThat(ProcFile.read(file.toString(), size)).isEqualTo(content);
    }

    /** Such files come one page at a time, and their size is 0. */
    @Test
    void aFileOfProcIsRead() {
        assertThat(new String(ProcFile.read("/proc/self/maps", 1 << 24), StandardCharsets.UTF_8))
                .contains("libjvm.so")
                .endsWith("\n");
    }

    @Test
    void aLongerFileThanExpectedIsEio() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ProcFile.read("/proc/self/maps", 100))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }

    @Test
    void aMissingFileIsEnoent() {
        assertFails(() -> ProcFile.read("/proc/self/nothing", 1), Errno.ENOENT, "/proc/self/nothing");
    }

    @Test
    void aFolderIsEisdir() {
        assertFails(() -> ProcFile.read("/proc/self", 1), Errno.EISDIR, "/proc/self");
    }

    @Test
    void aLinkSaysWhereItPoints(@TempDir Path folder) throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/somewhere/else"));

        assertThat(ProcFile.readLink(link.toString())).isEqualTo("/somewhere/else");
        assertThat(ProcFile.readLink("/proc/self/ns/user")).startsWith("user:[");
    }

    @Test
    void whatIsNoLinkIsEinval() {
        assertFails(() -> ProcFile.readLink("/proc/self/status"), Errno.EINVAL, "/proc/self/status");
    }

    private static void assertFails(Runnable what, Errno errno, String path) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(what::run)
                .withMessageContaining(path)
                .withMessageEndingWith(errno.name())
                .extracting(ErrnoException::errno)
                .isEqualTo(errno);
    }
}
