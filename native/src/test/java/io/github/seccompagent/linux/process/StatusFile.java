package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.util.function.ToIntFunction;

/** A file in memory that has what a status of procfs might have. */
final class StatusFile {
    private static final int MOST = 5 << 20;

    private StatusFile() {}

    static ThreadStatus read(ToIntFunction<byte[]> content) {
        try (Fd file = new Fd(LibC.memfd_create(LibC.string("status"), 0))) {
            byte[] bytes = new byte[64 << 10];
            int count = content.applyAsInt(bytes);
            for (int total = 0; count > 0 && total < MOST; total += count) {
                assertThat(LibC.write(file.number(), bytes, count)).isEqualTo(count);
                count = content.applyAsInt(bytes);
            }
            return StatusBuffer.read(file, ThreadStatus::of);
        }
    }
}
