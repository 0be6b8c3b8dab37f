package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.fixture.Sockets;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process has received another one finds. */
class JournalTest {
    @AutoClose
    private final Sockets sockets = new Sockets(Sockets.SEQPACKET);

    private final KeeperSocket keeper = KeeperSocket.of(sockets.own.release());

    /** What the keeper got, which the next process gets from it. */
    private Fd stored() {
        MessageBuffer.Message message = new MessageBuffer(256).receive(sockets.peer.number());
        assertThat(new String(message.bytes(), StandardCharsets.US_ASCII)).isEqualTo("FDSTORE=1\nFDNAME=j1\nFDPOLL=0");
        return message.fds().get(0);
    }

    @Test
    void anotherProcessFindsWhatWasReceived() throws Exception {
        Journal journal = Journal.create(3, keeper, "j1");
        try (SmallContainer container = Shell.run("mkdir /abc; mkdir /def", "mkdir", "mkdirat");
                Listener listener = Listener.of(container.takeListener())) {
            NotificationBuffers buffers = journal.slot(1);
            buffers.setListener(5);
            Notification received = listener.receive(buffers).orElseThrow();

            Journal next = Journal.of(stored());
            assertThat(next.isOfThisVersion()).isTrue();
            assertThat(next.count()).isEqualTo(3);
            assertThat(next.slot(0).id()).isZero();
            assertThat(next.slot(2).id()).isZero();
            NotificationBuffers found = next.slot(1);
            assertThat(found.read()).isEqualTo(received);
            assertThat(found.listener()).isEqualTo(5);
            assertThat(found.hasBegun()).isFalse();

            buffers.setBegun();
            assertThat(found.hasBegun()).isTrue();
            assertThat(listener.send(new NotificationBuffers(), found.id(), Response.success()))
                    .isTrue();

            buffers.setListener(6);
            Notification second = listener.receive(buffers).orElseThrow();
            assertThat(found.read()).isEqualTo(second);
            assertThat(found.hasBegun()).isFalse();
            listener.send(buffers, second.id(), Response.success());
            container.await();
        }
    }

    @Test
    void whatIsNoJournalIsRefused() {
        for (byte[] bytes : new byte[][] {{}, new byte[100], new byte[511], new byte[513], new byte[1500]}) {
            Fd memfd = StateMemfd.create("test");
            LibC.write(memfd.number(), bytes, bytes.length);
            assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> Journal.of(memfd));
        }
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> Journal.of(Fd.open("/dev/null", 2)));
        // One that is sealed could not be written, one on a disk could be cut off: a thread that writes there would be
        // killed.
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> Journal.of(StateMemfd.of(new byte[1024])));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 768, 1024, 4096})
    void ofAnotherVersionTheReceivedIdsAreFound(int slot) {
        Fd memfd = StateMemfd.create("test");
        byte[] bytes = new byte[3 * slot];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).put((byte) 'X').putInt(8, slot);
        bytes[slot] = 7; // the listener
        bytes[slot + 256] = 9; // the id
        LibC.write(memfd.number(), bytes, bytes.length);

        Journal journal = Journal.of(memfd);

        assertThat(journal.isOfThisVersion()).isFalse();
        assertThat(journal.count()).isEqualTo(2);
        assertThat(journal.slot(0).listener()).isEqualTo(7);
        assertThat(journal.slot(0).id()).isEqualTo(9);
        assertThat(journal.slot(1).id()).isZero();
    }
}
