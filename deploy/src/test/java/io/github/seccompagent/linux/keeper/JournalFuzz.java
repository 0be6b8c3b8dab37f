package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A journal that somebody has left. An input is the file. Each stays mapped, so a run has few inputs. */
public final class JournalFuzz {
    private JournalFuzz() {}

    private static int slot(byte[] data) {
        int said = ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).getInt(8);
        return said == 0 ? NotificationBuffers.SLOT : said;
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        Fd memfd = StateMemfd.create("fuzzed");
        assertThat(LibC.write(memfd.number(), data, data.length)).isEqualTo(data.length);
        Journal journal;
        try {
            journal = Journal.of(memfd);
        } catch (ErrnoException e) {
            assertThat(data.length < 2 * NotificationBuffers.SLOT
                            || slot(data) < NotificationBuffers.SLOT
                            || slot(data) > 1 << 16
                            || data.length < 2 * slot(data)
                            || data.length % slot(data) != 0)
                    .isTrue();
            return;
        }
        assertThat((journal.count() + 1) * slot(data)).isEqualTo(data.length);
        assertThat(journal.isOfThisVersion())
                .isEqualTo(Arrays.equals(Arrays.copyOf(data, 8), "SECCJ1\0\0".getBytes())
                        && slot(data) == NotificationBuffers.SLOT);
        for (int i = 0; i < journal.count(); i++) {
            NotificationBuffers slot = journal.slot(i);
            slot.read();
            slot.listener();
            slot.tries();
            slot.setBegun();
            assertThat(slot.hasBegun()).isTrue();
            slot.clear();
            assertThat(slot.id()).isZero();
            assertThat(slot.hasBegun()).isFalse();
        }
    }
}
