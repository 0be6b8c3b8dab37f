package io.github.seccompagent.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.seccompagent.linux.libc.LibC;
import org.junit.jupiter.api.Test;

class EpollTest {
    private final Epoll.Ready seen = new Epoll.Ready();

    @Test
    void anEventComesWithItsKeyUntilItIsCleared() {
        try (Epoll epoll = new Epoll();
                EventFd event = new EventFd()) {
            epoll.add(event.number(), Epoll.IN, 0x1234_5678_9abc_def0L);
            assertThat(epoll.await(seen, 0)).isZero();

            event.signal();
            event.signal();

            assertThat(epoll.await(seen, 0)).isOne();
            assertThat(seen.key(0)).isEqualTo(0x1234_5678_9abc_def0L);
            assertThat(seen.events(0)).isEqualTo(Epoll.IN);
            assertThat(epoll.await(seen, 0)).isOne();
            event.clear();
            assertThat(epoll.await(seen, 0)).isZero();
        }
    }

    @Test
    void whatIsModifiedToNothingOrRemovedIsSilent() {
        try (Epoll epoll = new Epoll();
                EventFd event = new EventFd()) {
            epoll.add(event.number(), Epoll.IN, 1);
            event.signal();

            epoll.modify(event.number(), 0, 1);
            assertThat(epoll.await(seen, 0)).isZero();
            epoll.modify(event.number(), Epoll.IN, 2);
            assertThat(epoll.await(seen, 0)).isOne();
            assertThat(seen.key(0)).isEqualTo(2);
            epoll.remove(event.number());
            assertThat(epoll.await(seen, 0)).isZero();
            assertThatCode(() -> epoll.remove(event.number())).doesNotThrowAnyException();
        }
    }

    @Test
    void anotherThreadWakesOneThatWaits() throws Exception {
        try (Epoll epoll = new Epoll();
                EventFd event = new EventFd()) {
            epoll.add(event.number(), Epoll.IN, 1);
            Thread other = new Thread(event::signal);
            other.start();

            assertThat(epoll.await(seen, -1)).isOne();
            other.join();
        }
    }

    @Test
    void theEndOfAPeerIsSeen() {
        int[] ends = new int[2];
        assertThat(LibC.socketpair(1, 1, 0, ends)).isZero();
        try (Epoll epoll = new Epoll();
                Fd own = new Fd(ends[0])) {
            epoll.add(own.number(), Epoll.IN | Epoll.RDHUP, 1);
            new Fd(ends[1]).close();

            assertThat(epoll.await(seen, 0)).isOne();
            assertThat(seen.events(0)).isEqualTo(Epoll.IN | Epoll.RDHUP | Epoll.HUP);
        }
    }
}
