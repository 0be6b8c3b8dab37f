package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fixture.Sockets;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The next process finds what was done. */
class EffectsMemfdTest {
    @AutoClose
    private final Sockets sockets = new Sockets(Sockets.SEQPACKET);

    private final KeeperSocket keeper = KeeperSocket.of(sockets.own.release());

    private Fd stored() {
        MessageBuffer.Message message = new MessageBuffer(256).receive(sockets.peer.number());
        assertThat(new String(message.bytes(), StandardCharsets.US_ASCII)).isEqualTo("FDSTORE=1\nFDNAME=e1\nFDPOLL=0");
        return message.fds().get(0);
    }

    @Test
    void anEntryIsFoundUntilItIsCleared() {
        long[] words = new long[EffectsMemfd.WORDS];
        words[30] = 7;
        try (EffectsMemfd own = EffectsMemfd.create(keeper);
                EffectsMemfd next = EffectsMemfd.of(stored())) {
            assertThat(next.table().isUntouched()).isTrue();
            own.table().write(9000, words);
            assertThat(next.table().read()).containsOnlyKeys(9000);
            assertThat(next.table().read().get(9000)).isEqualTo(words);
            own.table().clear(9000);
            assertThat(next.table().read()).isEmpty();
        }
    }

    @Test
    void whatIsNoneIsRefused() {
        try (EffectsMemfd own = EffectsMemfd.create(keeper)) {
            Fd other = stored();
            LibC.pwrite(own.number(), new byte[] {1}, 1, 0);
            assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> EffectsMemfd.of(other));
        }
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> EffectsMemfd.of(Fd.open("/dev/null", 2)));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> EffectsMemfd.of(StateMemfd.of(new byte[9 << 18])));
    }
}
