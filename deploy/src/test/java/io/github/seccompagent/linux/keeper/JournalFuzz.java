package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.Arrays;

/** A journal that somebody has left. An input is the file. Each stays mapped, so a run has few inputs. */
public final class JournalFuzz {
    private JournalFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        Fd memfd = StateMemfd.create("fuzzed");
        assertThat(LibC.write(memfd.number(), data, data.length)).isEqualTo(data.length);
        Journal journal;
        try {
            journal = Journal.of(memfd);
        } catch (ErrnoException e) {
            assertThat(data.length % NotificationBuffers.SLOT != 0 || data.length < 2 * NotificationBuffers.SLOT)
                    .isTrue();
            return;
        }
        assertThat((journal.count() + 1) * NotificationBuffers.SLOT).isEqualTo(data.length);
        assertThat(journal.isOfThisVersion()).isEqualTo(Arrays.equals(Arrays.copyOf(data, 8), "SECCJ1\0\0".getBytes()));
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
