package io.github.seccompagent.linux.libc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done in native code has the effect of the system calls one after the other. */
class CrossingTest {
    private final NativeBuffer buffer = new NativeBuffer(16).putBytes(0, "................".getBytes(US_ASCII));

    @TempDir
    private Path folder;

    @Test
    void aFileIsReadUntilItsEnd() throws IOException {
        assertThat(read("short", buffer.size())).isEqualTo(5);
        assertThat(buffer.getBytes(0, 16)).asString(US_ASCII).isEqualTo("short...........");
    }

    @Test
    void noMoreIsReadThanThereIsRoomFor() throws IOException {
        assertThat(read("a longer text", 8)).isEqualTo(8);
        assertThat(buffer.getBytes(0, 16)).asString(US_ASCII).isEqualTo("a longer........");
    }

    @Test
    void whatCannotBeReadIsAnErrno() {
        assertThat(Crossing.read_file(LibC.string(folder + "/none"), buffer.address(), 16))
                .isEqualTo(-Errno.ENOENT.number());
        assertThat(Crossing.read_file(LibC.string(folder.toString()), buffer.address(), 16))
                .isEqualTo(-Errno.EISDIR.number());
    }

    @Test
    void noDescriptorIsLeft() throws IOException {
        read("once", 16); // loads what is loaded once
        int before = LibC.openat(-1, LibC.string("/"), 0);
        LibC.close(before);
        read("short", 16);
        Crossing.read_file(LibC.string(folder.toString()), buffer.address(), 16);

        int after = LibC.openat(-1, LibC.string("/"), 0);
        LibC.close(after);
        assertThat(after).isEqualTo(before);
    }

    private long read(String content, long size) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), content);
        return Crossing.read_file(LibC.string(file.toString()), buffer.address(), size);
    }
}
